/** Images of the benchmark. Their layers are generated from keys, so they are the same on every machine. */

export interface LayerSpec {
  /** Layers with the same key have the same content. */
  readonly key: string
  readonly bytes: number
}

export interface ImageSpec {
  readonly name: string
  readonly what: string
  /** Tag -> platform -> layers. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, readonly LayerSpec[]>>>>
  /** True to copy all tags, false to copy `v1`. */
  readonly allTags: boolean
}

const KiB = 1024
const MiB = 1024 * KiB
const AMD64 = 'linux/amd64'

const layers = (key: string, count: number, bytes: number): LayerSpec[] =>
  Array.from({ length: count }, (_, index) => ({ key: `${key}${index}`, bytes }))

function simple(name: string, count: number, bytes: number, what: string): ImageSpec {
  return { name, what, tags: { v1: { [AMD64]: layers(name, count, bytes) } }, allTags: false }
}

function platforms(): ImageSpec {
  const own = (platform: string): LayerSpec[] => layers(`X ${platform}`, 3, 5 * MiB)
  const names = [AMD64, 'linux/arm64', 'linux/arm', 'linux/s390x']
  const all = layers('X all', 2, 5 * MiB)
  const pair = layers('X pair', 1, 5 * MiB)
  const of = (platform: string, index: number): LayerSpec[] =>
    index < 2 ? [...all, ...pair, ...own(platform).slice(1)] : [...all, ...own(platform)]
  return {
    name: 'x',
    what: '4 platforms of 5 layers of 5 MiB, half of them shared',
    tags: { v1: Object.fromEntries(names.map((platform, index) => [platform, of(platform, index)])) },
    allTags: false,
  }
}

function manyTags(): ImageSpec {
  const shared = layers('G', 8, 2 * MiB)
  const tags = Array.from({ length: 20 }, (_, index) => [
    `v${index + 1}`,
    { [AMD64]: [...shared, { key: `G own ${index}`, bytes: 256 * KiB }] },
  ])
  return {
    name: 'g',
    what: '20 tags, each with one layer of 256 KiB, and 8 shared layers of 2 MiB',
    tags: Object.fromEntries(tags),
    allTags: true,
  }
}

export const IMAGES: Readonly<Record<string, ImageSpec>> = {
  S: simple('s', 3, MiB, '3 layers of 1 MiB'),
  T: simple('t', 60, 10 * KiB, '60 layers of 10 KiB'),
  G: manyTags(),
  M: simple('m', 8, 12 * MiB, '8 layers of 12 MiB'),
  X: platforms(),
  L: simple('l', 6, 150 * MiB, '6 layers of 150 MiB'),
  // For the memory goals only.
  B64: simple('b64', 1, 64 * MiB, 'one layer of 64 MiB'),
  B2000: simple('b2000', 1, 2_000 * MiB, 'one layer of 2,000 MiB'),
}

/** Bytes of all distinct layers. */
export function bytesOf({ tags }: ImageSpec): number {
  const all = Object.values(tags).flatMap((platforms) => Object.values(platforms).flat())
  return [...new Map(all.map(({ key, bytes }) => [key, bytes])).values()].reduce((sum, one) => sum + one, 0)
}
