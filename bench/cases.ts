/** Cases of the benchmark: image, number of targets, link, and whether the targets have the image already. */
import type { LinkShape } from './links.ts'

export interface Case {
  readonly image: string
  readonly targets: 1 | 4
  /** @default - plain loopback */
  readonly link?: LinkShape
  /** True if the targets have the whole image already. */
  readonly unchanged?: boolean
  /** Names of the tools to run. @default - all */
  readonly tools?: readonly string[]
}

export const LINK: LinkShape = { name: '40 ms, 200 Mbit/s', mbitPerSecond: 200, rttMs: 40 }
/** Slower than the source and the copier, so that backpressure must reach the source. */
const SLOW: LinkShape = { name: '5 ms, 800 Mbit/s', mbitPerSecond: 800, rttMs: 5 }

const each = (images: readonly string[], rest: Omit<Case, 'image'>): Case[] =>
  images.map((image) => ({ image, ...rest }))

/** Leaves out the bare pipe, which sends too few requests for a comparison where requests dominate. */
const COPIERS = { tools: ['image-mirror', 'skopeo', 'crane', 'oras'] }

export const CASES: readonly Case[] = [
  ...each(['S', 'T', 'G'], { targets: 1, ...COPIERS }),
  ...each(['M', 'X', 'L'], { targets: 1 }),
  ...each(['S', 'T', 'G'], { targets: 4, ...COPIERS }),
  ...each(['M', 'X'], { targets: 4 }),
  ...each(['S', 'T', 'G'], { targets: 1, link: LINK, ...COPIERS }),
  ...each(['M', 'X'], { targets: 1, link: LINK }),
  ...each(['S', 'T', 'G'], { targets: 4, link: LINK, ...COPIERS }),
  ...each(['M', 'X'], { targets: 4, link: LINK }),
  ...each(['T', 'G', 'X'], { targets: 1, unchanged: true }),
  ...each(['G', 'X'], { targets: 4, unchanged: true }),
  ...each(['T', 'X'], { targets: 1, unchanged: true, link: LINK }),
]

/** Cases that together take half an hour more. */
export const LONG_CASES: readonly Case[] = [
  { image: 'L', targets: 4 },
  { image: 'L', targets: 1, link: LINK },
  { image: 'L', targets: 4, link: LINK },
]

export const QUICK_CASES: readonly Case[] = [
  ...each(['S', 'T', 'M'], { targets: 1 }),
  ...each(['M'], { targets: 4 }),
  ...each(['T', 'M'], { targets: 1, link: LINK }),
  ...each(['X'], { targets: 1, unchanged: true }),
]

/** Compare memory for a small and a large blob, at full speed and with a target slower than the source. */
export const MEMORY_CASES: readonly Case[] = [
  ...each(['B64', 'B2000'], { targets: 1, tools: ['image-mirror'] }),
  ...each(['B64', 'B2000'], { targets: 1, tools: ['image-mirror'], link: SLOW }),
]

export function nameOf({ image, targets, link, unchanged }: Case): string {
  const to = targets === 1 ? 'one target' : `${targets} targets`
  return [image, to, unchanged ? 'unchanged' : '', link?.name ?? 'loopback']
    .filter((part) => part !== '')
    .join(', ')
}
