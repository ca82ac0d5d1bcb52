// A source in memory that records requests.
import { createHash } from 'node:crypto'
import type { Source } from '../../../mirror/resolve/source.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../../../registry/model/manifest.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'

/** A digest derived from a name. */
export function digestOf(name: string): Digest {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`
}

export function descriptorOf(name: string, mediaType: string = MediaType.ociManifest): Descriptor {
  return { mediaType, digest: digestOf(name), size: name.length }
}

export interface MemorySource extends Source {
  readonly asked: string[]
}

export interface SourceContent {
  /** Tag -> name of its image. */
  readonly tags?: Readonly<Record<string, string>>
  /** Name of a subject -> names of its referrers. */
  readonly referrers?: Readonly<Record<string, readonly string[]>>
  /** The registry's tag list, if it differs from its tags. */
  readonly listed?: readonly string[]
  readonly mediaType?: string
  /** Name of an image -> the creation date in its config. */
  readonly created?: Readonly<Record<string, string>>
  /** Name of an index -> names of its platforms. */
  readonly platforms?: Readonly<Record<string, readonly string[]>>
  /** The error of a request (`HEAD 1.0`, `GET sha256:…`, `referrers sha256:…`). */
  readonly failure?: (request: string) => Error | undefined
}

export function sourceOf({
  tags = {},
  referrers = {},
  platforms = {},
  created = {},
  listed,
  mediaType,
  failure,
}: SourceContent): MemorySource {
  const asked: string[] = []
  const ask = (request: string): void => {
    asked.push(request)
    const error = failure?.(request)
    if (error !== undefined) throw error
  }
  const byDigest = new Map(
    [...Object.values(tags), ...[referrers, platforms].flatMap((of) => Object.values(of).flat())].map(
      (name) => [digestOf(name) as string, name],
    ),
  )
  const behind = (reference: string): Descriptor | undefined => {
    ask(`HEAD ${reference}`)
    const name = tags[reference] ?? byDigest.get(reference)
    const type = platforms[name ?? ''] === undefined ? mediaType : MediaType.ociIndex
    return name === undefined ? undefined : descriptorOf(name, type)
  }
  return {
    name: 'docker.io/library/redis',
    asked,
    async listTags() {
      asked.push('tags')
      return [...(listed ?? Object.keys(tags))]
    },
    headManifest: async (reference) => behind(reference),
    peekManifest: async (reference) => behind(reference),
    async resolveManifest(reference) {
      const found = behind(reference)
      if (found !== undefined) return found
      throw new RegistryError(`${reference} is not there`, { kind: 'notFound', status: 404 })
    },
    async getManifest(reference) {
      ask(`GET ${reference}`)
      const image = byDigest.get(reference) ?? ''
      if (created[image] !== undefined) return imageOf(image, created[image])
      const children = platforms[byDigest.get(reference) ?? ''] ?? []
      const manifests = children.map((name) =>
        descriptorOf(name, platforms[name] === undefined ? MediaType.ociManifest : MediaType.ociIndex),
      )
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }))
      return { mediaType: MediaType.ociIndex, digest: reference as Digest, bytes }
    },
    blob: ({ digest, size }) => ({
      size,
      async open() {
        ask(`BLOB ${digest}`)
        const config = Object.values(created).find((date) => digestOf(configOf(date)) === digest) ?? ''
        return (async function* () {
          yield Buffer.from(configOf(config))
        })()
      },
    }),
    async referrers(subject) {
      ask(`referrers ${subject}`)
      const name = byDigest.get(subject)
      return (referrers[name ?? ''] ?? []).map((one) => ({
        ...descriptorOf(one),
        artifactType: `type/${one}`,
      }))
    },
    rateLimit: () => undefined,
  }
}

function configOf(created: string): string {
  return JSON.stringify({ created })
}

function imageOf(name: string, created: string): Manifest {
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(configOf(created)),
    size: configOf(created).length,
  }
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] }))
  return { mediaType: MediaType.ociManifest, digest: digestOf(name), bytes }
}

/** The tag of a cosign artifact of an image. */
export function cosignTag(name: string, suffix: string): string {
  return digestOf(name).replace(':', '-') + suffix
}
