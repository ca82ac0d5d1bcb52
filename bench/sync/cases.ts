/** Cases of the benchmark of `sync`. */
import { LINK } from '../cases.ts'
import type { LinkShape } from '../links.ts'

export interface Case {
  readonly targets: 1 | 3
  /** @default - plain loopback */
  readonly link?: LinkShape
  /** True if the targets have everything already. */
  readonly unchanged?: boolean
  /** The highest time relative to regsync's. */
  readonly goal: number
}

export const CASES: readonly Case[] = [
  { targets: 1, goal: 0.8 },
  { targets: 1, unchanged: true, goal: 2 },
  { targets: 3, goal: 0.5 },
  { targets: 3, unchanged: true, goal: 2 },
  { targets: 1, link: LINK, goal: 0.5 },
  { targets: 1, link: LINK, unchanged: true, goal: 0.7 },
]

export function nameOf({ targets, link, unchanged }: Case): string {
  const to = targets === 1 ? 'one target' : `${targets} targets`
  return [to, unchanged ? 'unchanged' : 'cold', link?.name ?? 'loopback'].join(', ')
}
