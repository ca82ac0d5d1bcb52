/** The platforms that a list names, and whether an existing sample image has them. */
import type { Entry } from '../../mirror/list/entry.ts'
import { choose } from '../../mirror/platforms/choose.ts'
import { formOf } from '../../mirror/platforms/form.ts'
import type { Reader } from '../../mirror/platforms/members.ts'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Store } from '../aws/registry/store/store.ts'
import type { Platform } from './builder.ts'

/** Returns the platforms as names, sorted. */
export function platformsNamed(entries: readonly Entry[]): string[] {
  return [...new Set(entries.flatMap(({ settings }) => formOf(settings)?.platforms ?? []))].sort()
}

export function platformsOf(names: readonly string[]): Platform[] {
  return names.map((name) => {
    const [os = '', architecture = '', variant] = name.split('/')
    return { os, architecture, ...(variant === undefined ? {} : { variant }) }
  })
}

/** Whether the image under a tag has all platforms. Asks as Resolve does. */
export async function hasPlatforms(
  store: Store,
  repository: string,
  digest: Digest,
  platforms: readonly string[],
): Promise<boolean> {
  if (platforms.length === 0) return true
  const reader = readerOf(store, repository)
  const manifest = await reader.getManifest(digest)
  const choice = await choose(manifest, { platforms, asManifest: false }, reader)
  return !('problem' in choice)
}

function readerOf(store: Store, repository: string): Reader {
  return {
    async getManifest(reference): Promise<Manifest> {
      const digest = reference as Digest
      const record = await store.manifests.find(repository, digest)
      return { digest, mediaType: record?.mediaType ?? '', bytes: await store.manifests.bytes(digest) }
    },
    blob: ({ digest, size }) => ({
      size,
      async open() {
        const bytes = (await store.blobs.readBytes(digest)) ?? new Uint8Array()
        return (async function* () {
          yield bytes
        })()
      },
    }),
  }
}
