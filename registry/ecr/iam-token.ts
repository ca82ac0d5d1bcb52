/** Caches registry credentials that AWS issues to an IAM role, and fetches them in a single flight. */

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

/** Tokens live for 12 hours. If the role's credentials expire before that, the registry returns 401. */
const LIFE_MS = 12 * 3600 * 1000
const EARLY_MS = 30 * 60 * 1000
/** A refused token that is newer than this has not expired; the role lacks a permission. */
const NEW_MS = 60 * 1000

export function createIamLogin<T extends IamToken>(
  identity: Pick<Identity, 'key' | 'basicAtOnce'>,
  fetch: () => Promise<T>,
  clock: Clock,
): IamLogin<T> {
  let held: Promise<T> | undefined

  /** Fetches in a single flight. */
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

/** Decodes `user:password` in base64, as the APIs return it. @returns undefined if it is malformed */
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
