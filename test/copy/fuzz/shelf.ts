// Blobs and manifests by digest, and the content that they refer to, without the tested code.
import { createHash } from 'node:crypto'
import { pick, seededRandom } from '../../support/random.ts'

/** A descriptor in a document. */
export interface Entry {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly urls?: readonly string[]
  readonly artifactType?: string
}

export interface Stored {
  readonly mediaType: string
  readonly bytes: Buffer
}

export interface Shelf {
  readonly manifests: Map<string, Stored>
  readonly blobs: Map<string, Buffer>
  blob(mediaType: string, content: Buffer | string, algorithm?: string): Entry
  manifest(mediaType: string, fields: Readonly<Record<string, unknown>>): Entry
}

export interface Chance {
  random(): number
  is(share: number): boolean
  below(most: number): number
  /** Both bounds are inclusive. */
  between(least: number, most: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  bytes(size: number): Buffer
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function createShelf(): Shelf {
  const manifests = new Map<string, Stored>()
  const blobs = new Map<string, Buffer>()
  return {
    manifests,
    blobs,
    blob(mediaType, content, algorithm) {
      const bytes = Buffer.from(content)
      const digest = digestOf(bytes, algorithm)
      blobs.set(digest, bytes)
      return { mediaType, digest, size: bytes.length }
    },
    manifest(mediaType, fields) {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }))
      const digest = digestOf(bytes)
      manifests.set(digest, { mediaType, bytes })
      return { mediaType, digest, size: bytes.length }
    },
  }
}

export function createChance(seed: number): Chance {
  const random = seededRandom(Math.imul(seed, 2_654_435_761))
  // Discards the first numbers, which are similar for adjacent seeds.
  for (let warm = 0; warm < 8; warm++) random()
  const below = (most: number): number => Math.floor(random() * most)
  return {
    random,
    below,
    is: (share) => random() < share,
    between: (least, most) => least + below(most - least + 1),
    pick: (items) => pick(items, random),
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => below(256))),
  }
}

interface Under {
  readonly manifests: readonly Entry[]
  readonly blobs: readonly Entry[]
}

const ELSEWHERE = /\.foreign\.|\.nondistributable\./

/** The descriptors to which a manifest refers directly. */
export function layersOf({ manifests }: Pick<Shelf, 'manifests'>, digest: string): Under {
  const stored = manifests.get(digest)
  const document = stored === undefined ? {} : JSON.parse(stored.bytes.toString())
  const { manifests: children = [], layers = [], config } = document
  const isWanted = ({ mediaType, urls = [] }: Entry): boolean =>
    urls.length === 0 || !ELSEWHERE.test(mediaType)
  // BuildKit's children are blobs, which only their media types reveal.
  const isManifest = ({ mediaType }: Entry): boolean => /manifest|image\.index/.test(mediaType)
  return {
    manifests: children.filter(isManifest),
    blobs: [
      ...(config === undefined ? [] : [config]),
      ...layers,
      ...children.filter((one: Entry) => !isManifest(one)),
    ].filter(isWanted),
  }
}

/** All digests that a manifest needs, including its own. */
export function closureOf(shelf: Pick<Shelf, 'manifests'>, digest: string): Set<string> {
  const { manifests, blobs } = layersOf(shelf, digest)
  const below = manifests.flatMap((child) => [...closureOf(shelf, child.digest)])
  return new Set([digest, ...below, ...blobs.map((blob) => blob.digest)])
}
