/** The result of `auth` as a JSON document, without secrets. text.ts renders it for people. */

export interface AuthDocument {
  readonly list: string
  readonly checks: readonly AuthCheck[]
}

export interface AuthCheck {
  /** The registry's host, or the target's id. */
  readonly registry: string
  readonly role: 'source' | 'target'
  /** Whether commands on this machine, runs of the deployed mirror, or both use the credentials. */
  readonly usedIn: 'commands' | 'runs' | 'both'
  /** Their kind and origin, for people. */
  readonly credentials: string
  /** `unchecked`: they cannot be read on this machine; runs may still read them. */
  readonly status: 'works' | 'failed' | 'unchecked'
  /** The repositories that the credentials were tried on. */
  readonly repositories: readonly string[]
  /** One for each repository that failed. */
  readonly failures: readonly AuthFailure[]
}

export interface AuthFailure {
  readonly repository: string
  readonly name: string
  readonly message: string
}

export function exitStatus(checks: readonly AuthCheck[]): number {
  return checks.some(({ status }) => status === 'failed') ? 1 : 0
}
