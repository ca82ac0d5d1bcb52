/** Records why runs could not do their work, so that later runs do not repeat the alert too soon. */
import type { Run } from '../mirror/contract.ts'
import { LIST_STATUS_KEY } from '../mirror/keys.ts'
import { nextTrouble, type TroubleNews, troubleRecordSchema } from '../mirror/status/trouble.ts'
import type { ResultReader } from './run-results.ts'

/**
 * Marks the trouble as reported. Without the record, all trouble is news: that must not prevent the alert.
 * @param what - fingerprint of the trouble, or undefined if the run met none
 */
export async function keepTrouble(
  what: string | undefined,
  run: Pick<Run, 'name' | 'repeat'>,
  { store, onOddity }: Pick<ResultReader, 'store' | 'onOddity'>,
  now: Date,
): Promise<TroubleNews> {
  let { news } = nextTrouble(undefined, what, run, now)
  try {
    await store.updateJson(LIST_STATUS_KEY, troubleRecordSchema, {
      change(record) {
        const next = nextTrouble(record?.trouble, what, run, now)
        news = next.news
        if (next.after === record?.trouble) return undefined
        return next.after === undefined ? {} : { trouble: next.after }
      },
      onUnreadable: (error) => onOddity('replaced an unreadable record', { key: LIST_STATUS_KEY, error }),
    })
  } catch (error) {
    onOddity('failed to keep what was reported of the list', { key: LIST_STATUS_KEY, error })
  }
  return news
}
