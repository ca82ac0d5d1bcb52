// Tables of docs/scale.md that compare this design with others.

import { hoursText } from '../../cli/estimate/text.ts'
import type { Run } from '../../estimate/design.ts'
import { DESIGNS, monthOf } from '../../estimate/designs.ts'
import { type UniformList, uniformPairs } from '../../estimate/uniform.ts'
import { dollars, number, tableOf } from './page-text.ts'

const NONE = '-'

/** Compares the designs for one list. The first header cell has the size of the list. */
export function designsTable(size: string, work: UniformList): string {
  const head = [
    'nothing changed: USD',
    'time',
    'all changed: builds',
    'USD',
    'time',
    'closest to its limit',
    'per month: builds',
    'USD',
  ]
  const rows = DESIGNS.map((design) => {
    const refusal = design.refuses(work)
    if (refusal) return [design.name, `not possible: ${refusal}`, ...head.slice(1).map(() => NONE)]
    const [unchanged, changed, month] = [design.run(work, 0), design.run(work, 1), monthOf(design, work)]
    return [
      design.name,
      dollars(unchanged.dollars),
      takes(unchanged),
      number(changed.starts),
      dollars(changed.dollars),
      takes(changed),
      nearest(changed),
      number(month.starts),
      dollars(month.dollars),
    ]
  })
  return tableOf([size, ...head], rows)
}

/** Dollars per thousand pairs of each list, unchanged and changed. */
export function pairsTable(works: Readonly<Record<string, UniformList>>): string {
  const rows = DESIGNS.map((design) => [
    design.name,
    ...Object.values(works).map((work) => {
      if (design.refuses(work)) return NONE
      return [0, 1]
        .map((share) => dollars((design.run(work, share).dollars / uniformPairs(work)) * 1000))
        .join(' / ')
    }),
  ])
  return tableOf(['USD per 1,000 pairs, unchanged / changed', ...Object.keys(works)], rows)
}

function takes({ hours }: Run): string {
  return hours ? hoursText(hours) : NONE
}

/** Prints a time beyond its limit in bold. */
function nearest({ longest }: Run): string {
  if (!longest) return NONE
  const text = `${hoursText(longest.seconds / 3600)} of ${hoursText(longest.allowedSeconds / 3600)}`
  return longest.seconds > longest.allowedSeconds ? `**${text}**` : text
}
