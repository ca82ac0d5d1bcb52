/**
 * What keeps runs of the deployed list from their work, apart from failing pairs: a list that cannot be read whole, or a
 * Plan that fails. Alerts report it as they report pairs: at once, then from time to time, and once when it is over.
 */
import * as z from 'zod'
import { digestOf } from '../../registry/model/digest.ts'
import type { Run } from '../contract.ts'
import { repeatMs } from '../report/alert/settings.ts'
import type { News } from './news.ts'

const troubleSchema = z.strictObject({
  /** When a run first met it. */
  since: z.iso.datetime(),
  /** Fingerprint: the same trouble in the next run has the same. */
  what: z.string(),
  /** The last alert about it. */
  told: z.strictObject({ at: z.iso.datetime(), run: z.string() }),
})
export type Trouble = z.infer<typeof troubleSchema>

/** `status/list.json` */
export const troubleRecordSchema = z.strictObject({ trouble: troubleSchema.optional() })

export interface TroubleNews {
  /** Undefined if there is nothing to tell. */
  readonly kind: News['kind']
  readonly since: string
}

type RunOfTrouble = Pick<Run, 'name' | 'repeat'>

/** @param what - its fingerprint, or undefined if the run met none */
export function nextTrouble(
  before: Trouble | undefined,
  what: string | undefined,
  { name, repeat }: RunOfTrouble,
  now: Date,
): { readonly after: Trouble | undefined; readonly news: TroubleNews } {
  const at = now.toISOString()
  const since = before?.since ?? at
  if (what === undefined) {
    return { after: undefined, news: { kind: before === undefined ? undefined : 'recovered', since } }
  }
  // A run that is retried may have lost its alert.
  const isNew = before === undefined || before.what !== what || before.told.run === name
  const isDue = isNew || now.getTime() - Date.parse(before.told.at) >= repeatMs(repeat)
  if (!isDue) return { after: before, news: { kind: undefined, since } }
  return {
    after: { since, what, told: { at, run: name } },
    news: { kind: isNew ? 'failed' : 'digest', since },
  }
}

/** For a run that no schedule repeats: all its trouble is news. */
export function allNews(now: Date): TroubleNews {
  return { kind: 'failed', since: now.toISOString() }
}

/** Identifiers of requests, addresses and times differ from run to run. */
const CHANGING =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,3}(?:\.\d{1,3}){3}|\d{4}-\d\d-\d\dT[\d:.]{1,20}/gi

export function fingerprintOf(text: string): string {
  return digestOf(Buffer.from(text.replace(CHANGING, '#'))).slice('sha256:'.length, 23)
}
