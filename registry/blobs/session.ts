/** Starts and cancels upload sessions. */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Tries } from '../retry/retry.ts'

const CANCEL_MS = 5_000

/** @throws RegistryError if the registry starts no session within the remaining tries */
export async function startSession(site: Site, tries: Tries, signal: AbortSignal): Promise<WireResponse> {
  const { connection, traffic, push } = site
  const url = site.url('blobs/uploads/')
  const ask = { method: 'POST', url, scopes: push, body: new Uint8Array(), traffic, signal } as const
  const response = await connection.ask(ask, tries)
  await drain(response.body)
  return response
}

/** Cancels a session, since registries keep abandoned ones for days. Never fails. */
export async function cancelSession(site: Site, location: URL, tries: Tries): Promise<void> {
  const { connection, traffic, push } = site
  const signal = AbortSignal.timeout(CANCEL_MS)
  try {
    const response = await connection.askOnce(
      { method: 'DELETE', url: location, scopes: push, traffic, signal },
      tries,
    )
    await drain(response.body)
  } catch {
    // The registry removes the session later.
  }
}
