/** Upload sessions: begun, and given back when nothing comes of them. */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Tries } from '../retry/retry.ts'

const CANCEL_MS = 5_000

/** @throws RegistryError when no try that is left is answered with one */
export async function startSession(site: Site, tries: Tries, signal: AbortSignal): Promise<WireResponse> {
  const { connection, traffic, push } = site
  const url = site.url('blobs/uploads/')
  const ask = { method: 'POST', url, scopes: push, body: new Uint8Array(), traffic, signal } as const
  const response = await connection.ask(ask, tries)
  await drain(response.body)
  return response
}

/** Registries keep abandoned sessions for days. Whether this works is of no interest. */
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
    // It was a courtesy.
  }
}
