/** As whom a registry is asked: anonymously, with a password, or with something that expires and can be had again. */
import { createHash } from 'node:crypto'
import type { Credentials } from './open.ts'

export interface Identity {
  /** Tells identities apart without telling who they are. */
  readonly key: string
  /** Undefined: anonymous. */
  credentials(): Promise<Credentials | undefined>
  /** Forgets the credentials that were refused, when there can be newer ones; false when there cannot. */
  renew(refused: Credentials): boolean
  /** Says Basic from the first request on, without waiting to be challenged. */
  readonly basicAtOnce: boolean
}

export const anonymous: Identity = {
  key: 'anonymous',
  credentials: async () => undefined,
  renew: () => false,
  basicAtOnce: false,
}

export function withPassword(credentials: Credentials): Identity {
  const secret = JSON.stringify([credentials.username, credentials.password])
  return {
    key: createHash('sha256').update(secret).digest('hex').slice(0, 16),
    credentials: async () => credentials,
    renew: () => false,
    basicAtOnce: false,
  }
}
