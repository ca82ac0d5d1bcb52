/** Renders the warnings of a run: each one once, with the affected targets. */
import type { RunDocument } from '../../local/run-document.ts'
import { clip, fewOf, wrap } from '../terminal/words.ts'

const MOST_WARNINGS = 20
const MAX_MESSAGE = 1_000

/** @param width - of the screen */
export function renderWarnings(pairs: RunDocument['pairs'], width = Number.POSITIVE_INFINITY): string[] {
  const all = pairs.flatMap(({ image, target, warnings = [] }) =>
    warnings.map((message) => ({ image, target, message })),
  )
  const groups = [...Map.groupBy(all, ({ image, message }) => `${image} ${message}`).values()]
  const left = groups.length - MOST_WARNINGS
  return [
    ...groups.slice(0, MOST_WARNINGS).flatMap((group) => {
      const targets = group.map(({ target }) => target)
      const head = `${group[0]?.image} -> ${fewOf(targets, width - 4)}: warning`
      return ['', ...wrap(head, width), ...wrap(clip(group[0]?.message ?? '', MAX_MESSAGE), width, '  ')]
    }),
    ...(left > 0 ? ['', `and ${left} more warnings; --json prints all of them`] : []),
  ]
}
