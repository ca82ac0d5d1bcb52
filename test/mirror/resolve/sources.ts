// A source in memory, for what the domain makes of its answers; it remembers what it was asked.
import { createHash } from 'node:crypto'
import type { Source } from '../../../mirror/resolve/source.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'

/** A digest that goes by a name. */
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
  /** Tag -> name of what is behind it. */
  readonly tags?: Readonly<Record<string, string>>
  /** Name of a subject -> names of its referrers. */
  readonly referrers?: Readonly<Record<string, readonly string[]>>
  /** What the registry lists, where that differs from what it has. */
  readonly listed?: readonly string[]
  readonly mediaType?: string
}

export function sourceOf({ tags = {}, referrers = {}, listed, mediaType }: SourceContent): MemorySource {
  const asked: string[] = []
  const byDigest = new Map(
    [...Object.values(tags), ...Object.values(referrers).flat()].map((name) => [
      digestOf(name) as string,
      name,
    ]),
  )
  const behind = (reference: string): Descriptor | undefined => {
    asked.push(`HEAD ${reference}`)
    const name = tags[reference] ?? byDigest.get(reference)
    return name === undefined ? undefined : descriptorOf(name, mediaType)
  }
  return {
    name: 'docker.io/library/redis',
    asked,
    async listTags() {
      asked.push('tags')
      return [...(listed ?? Object.keys(tags))]
    },
    headManifest: async (reference) => behind(reference),
    async resolveManifest(reference) {
      const found = behind(reference)
      if (found !== undefined) return found
      throw new RegistryError(`${reference} is not there`, { kind: 'notFound', status: 404 })
    },
    async referrers(subject) {
      asked.push(`referrers ${subject}`)
      const name = byDigest.get(subject)
      return (referrers[name ?? ''] ?? []).map((one) => ({
        ...descriptorOf(one),
        artifactType: `type/${one}`,
      }))
    },
    rateLimit: () => undefined,
  }
}

/** The tag under which cosign keeps something about an image. */
export function cosignTag(name: string, suffix: string): string {
  return digestOf(name).replace(':', '-') + suffix
}
