/** As whom a registry is asked: anonymously, with a password, or with something that expires and can be had again. */
import { createHash } from 'node:crypto'
import type { Credentials } from '../model/registry.ts'

export interface Identity {
  /** Tells identities apart without telling who they are. */
  readonly key: string
  /** Undefined: anonymous. */
  credentials(): Promise<Credentials | undefined>
  /**
   * Forgets credentials that were refused, unless they are new; false when those are the newest there can be.
   * Undefined: there are no other credentials, ever.
   */
  readonly renew: ((refused: Credentials) => Promise<boolean>) | undefined
  /** Says Basic from the first request on, without waiting to be challenged. */
  readonly basicAtOnce: boolean
}

export const anonymous: Identity = {
  key: 'anonymous',
  credentials: async () => undefined,
  renew: undefined,
  basicAtOnce: false,
}

export function withPassword(credentials: Credentials): Identity {
  const secret = JSON.stringify([credentials.username, credentials.password])
  return {
    key: createHash('sha256').update(secret).digest('hex').slice(0, 16),
    credentials: async () => credentials,
    renew: undefined,
    basicAtOnce: false,
  }
}
