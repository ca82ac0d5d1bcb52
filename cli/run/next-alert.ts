/** Finds when failures that were reported before are reported again. */
import type { RunDocument } from '../../local/run-document.ts'
import { repeatMs } from '../../mirror/report/alert/settings.ts'
import type { Status } from '../../mirror/status/schema.ts'

/**
 * The oldest alert counts: when it is due again, one message repeats all failures.
 * @returns undefined if the status has no alert about the failed pairs, or if alerts never repeat
 */
export function nextAlert(
  { images }: Pick<Status, 'images'>,
  pairs: readonly Pick<RunDocument['pairs'][number], 'image' | 'target' | 'outcome'>[],
  repeat: string | undefined,
): Date | undefined {
  const failed = new Set(
    pairs.filter(({ outcome }) => outcome === 'failed').map(({ image, target }) => `${image} ${target}`),
  )
  const alerts = images.flatMap(({ image, places }) =>
    places.flatMap(({ target, told }) =>
      told === undefined || !failed.has(`${image} ${target}`) ? [] : [Date.parse(told.at)],
    ),
  )
  const due =
    alerts.reduce((oldest, time) => Math.min(oldest, time), Number.POSITIVE_INFINITY) + repeatMs(repeat)
  return Number.isFinite(due) ? new Date(due) : undefined
}
