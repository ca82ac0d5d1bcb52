/** Registry credentials that AWS gives to an IAM role: kept until they expire, and had once however many ask. */

import type { Identity } from '../auth/identity.ts'
import type { Clock } from '../model/clock.ts'
import type { Credentials } from '../model/registry.ts'

export interface IamToken {
  readonly credentials: Credentials
  /** Both in the clock's milliseconds. */
  readonly expiresAt: number
  readonly fetchedAt: number
}

export interface IamLogin<T extends IamToken> {
  token(): Promise<T>
  readonly identity: Identity
}

/** Tokens live for 12 hours, but not longer than the credentials behind them: those are told by a 401. */
const LIFE_MS = 12 * 3600 * 1000
const EARLY_MS = 30 * 60 * 1000
/** A token that is refused at this age has not expired: we may not do what we asked for. */
const NEW_MS = 60 * 1000

export function createIamLogin<T extends IamToken>(
  identity: Pick<Identity, 'key' | 'basicAtOnce'>,
  fetch: () => Promise<T>,
  clock: Clock,
): IamLogin<T> {
  let held: Promise<T> | undefined

  /** One at a time, however many ask. */
  async function token(): Promise<T> {
    const kept = held
    if (kept !== undefined && (await kept).expiresAt - EARLY_MS > clock.now()) return kept
    if (held !== undefined && held !== kept) return held
    const fetched = fetch()
    held = fetched
    fetched.catch(() => forget(fetched))
    return fetched
  }

  function forget(one: Promise<T> | undefined): void {
    if (held === one) held = undefined
  }

  return {
    token,
    identity: {
      ...identity,
      credentials: async () => (await token()).credentials,
      async renew(refused) {
        const kept = held
        const { credentials, fetchedAt } = (await kept) ?? {}
        if (credentials?.password !== refused.password) return true
        if (clock.now() - (fetchedAt ?? 0) < NEW_MS) return false
        forget(kept)
        return true
      },
    },
  }
}

/** What the APIs give: `user:password` in base64. Undefined when it is not that. */
export function readIamToken(text: string | undefined, expiresAt: Date | undefined, clock: Clock) {
  const plain = Buffer.from(text ?? '', 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon < 0) return undefined
  return {
    credentials: { username: plain.slice(0, colon), password: plain.slice(colon + 1) },
    fetchedAt: clock.now(),
    expiresAt: expiresAt?.getTime() ?? clock.now() + LIFE_MS,
  }
}
