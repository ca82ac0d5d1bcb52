/** Identities of the client at a registry: anonymous, a password, or renewable credentials. */
import { createHash } from 'node:crypto'
import { ANONYMOUS, type Credentials } from '../model/registry.ts'

export interface Identity {
  /** Distinguishes identities without revealing them. */
  readonly key: string
  /** Undefined if anonymous. */
  credentials(): Promise<Credentials | undefined>
  /**
   * Drops refused credentials, so that new ones are fetched. Returns false if they are too new for that to help.
   * Undefined if the credentials are fixed.
   */
  readonly renew: ((refused: Credentials) => Promise<boolean>) | undefined
  /** Sends Basic credentials with the first request, without waiting for a challenge. */
  readonly basicAtOnce: boolean
}

export const anonymous: Identity = {
  key: ANONYMOUS,
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
