/**
 * Whether a blob is there, asked so that its upload has begun if it is not: the registry is asked to link it to its
 * repository from that very repository, and opens a session when it has none to link. That is a request less for each
 * small blob. Registries may open a session whatever they have, so the first blob that was uploaded is asked for again:
 * only who links that one is asked in this way.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */

import type { Site } from '../connection/site.ts'
import type { Descriptor } from '../model/manifest.ts'
import { hasBlob, mountBlob } from './blob-head.ts'
import { cancelSession } from './session.ts'

export interface Finder {
  /** Gives the session where the upload has begun. A blob that is said to be there was looked at by HEAD. */
  find(descriptor: Descriptor, signal?: AbortSignal): Promise<boolean | URL>
  /** To be told of what was uploaded. */
  uploaded(descriptor: Descriptor): void
}

export function createFinder(site: Site): Finder {
  let known: Descriptor | undefined
  let isAsked = false
  let linksItself = false
  /** What is asked for next is there or not as the last one was, most likely. */
  let wasThere = false

  async function learn(signal: AbortSignal | undefined): Promise<void> {
    if (known === undefined || isAsked) return
    isAsked = true
    const answer = await mountBlob(site, known, site.repository, signal)
    linksItself = answer === true
    if (answer instanceof URL) await cancelSession(site, answer, site.connection.startTries())
  }

  return {
    async find(descriptor, signal) {
      if (linksItself && !wasThere) {
        const answer = await mountBlob(site, descriptor, site.repository, signal)
        if (answer instanceof URL) return answer
      }
      const [isThere] = await Promise.all([hasBlob(site, descriptor, signal), learn(signal)])
      wasThere = isThere
      return isThere
    },
    uploaded(descriptor) {
      known ??= descriptor
    },
  }
}
