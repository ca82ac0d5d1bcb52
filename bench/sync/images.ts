/**
 * The list that `sync` is measured with: 39 images with 49 tags, half of the images for two platforms, on four bases that
 * they share.
 */
import { bytesOf, type ImageSpec, type LayerSpec } from '../images.ts'

const KiB = 1024
const MiB = 1024 * KiB
const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const
const IMAGES = 39
/** The first images have two tags. */
const WITH_TWO_TAGS = 10
const OWN_BYTES = [5 * MiB, 256 * KiB, 16 * KiB] as const

/** Layers of each base, for each platform. */
const BASES: readonly (readonly number[])[] = [
  [4 * MiB],
  [26 * MiB, 2 * MiB],
  [10 * MiB, 3 * MiB, 64 * KiB],
  [8 * MiB, 4 * MiB, MiB, 8 * KiB],
]

export const LIST: readonly ImageSpec[] = Array.from({ length: IMAGES }, (_, index) => imageOf(index))

export const UNIQUE_BYTES = bytesOf({
  name: 'all',
  what: '',
  allTags: false,
  tags: Object.fromEntries(
    LIST.flatMap(({ name, tags }) =>
      Object.entries(tags).map(([tag, platforms]) => [`${name} ${tag}`, platforms]),
    ),
  ),
})

function imageOf(index: number): ImageSpec {
  const name = `image-${String(index + 1).padStart(2, '0')}`
  const tags = index < WITH_TWO_TAGS ? ['v1', 'v2'] : ['v1']
  const platforms = PLATFORMS.slice(0, index % 2 === 0 ? 2 : 1)
  const layersOf = (tag: string, platform: string): LayerSpec[] => [
    ...baseOf(index, platform),
    ...OWN_BYTES.map((bytes, layer) => ({ key: `${name} ${tag} ${platform} ${layer}`, bytes })),
  ]
  return {
    name,
    what: '',
    allTags: false,
    tags: Object.fromEntries(
      tags.map((tag) => [
        tag,
        Object.fromEntries(platforms.map((platform) => [platform, layersOf(tag, platform)])),
      ]),
    ),
  }
}

function baseOf(index: number, platform: string): LayerSpec[] {
  const base = index % BASES.length
  return (BASES[base] ?? []).map((bytes, layer) => ({ key: `base ${base} ${platform} ${layer}`, bytes }))
}
