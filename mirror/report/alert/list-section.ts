/** The section of an alert on the list: what is wrong with it and since when, or that it is fine again. */
import { ageText, timeText } from '../../page/times.ts'
import type { TroubleNews } from '../../status/trouble.ts'

/** @param problems - paragraphs; none if nothing is wrong */
export function listSection(
  problems: readonly string[],
  { kind, since }: TroubleNews,
  now: Date,
): string[][] {
  if (kind === 'recovered') {
    return [
      [
        'THE LIST',
        'All of it is mirrored again.',
        `It had problems for ${ageText(since, now)}, since`,
        `${timeText(since)}.`,
      ],
    ]
  }
  if (problems.length === 0) return []
  if (kind === undefined) {
    return [['THE LIST', 'Its problems were reported before;', `they last for ${ageText(since, now)}.`]]
  }
  return [['THE LIST', ...problems, 'What to do: correct the list', `Since: ${timeText(since)}`]]
}
