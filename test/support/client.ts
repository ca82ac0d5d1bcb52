// The client under test, with a fake clock and short time limits.

import type { Credentials, Repository } from '../../registry/model/registry.ts'
import { createRegistries, type RegistriesOptions } from '../../registry/open.ts'
import { type FakeClock, fakeClock } from './clock.ts'

export interface TestClient extends AsyncDisposable {
  readonly clock: FakeClock
  open(address: string, repository?: string, credentials?: Credentials): Promise<Repository>
}

export const REPOSITORY = 'team/app'
/** Long enough for a busy machine, short enough for a test. */
export const STALL_MS = 300

export function testClient(options: RegistriesOptions = {}): TestClient {
  const clock = fakeClock()
  const timeouts = { connectMs: 2_000, answerMs: 5_000, stallMs: 5_000, ...options.timeouts }
  const registries = createRegistries({ clock, environment: {}, ...options, timeouts })
  return {
    clock,
    open: (address, repository = REPOSITORY, credentials) =>
      registries.open({ registry: address, repository }, credentials),
    [Symbol.asyncDispose]: () => registries.close(),
  }
}
