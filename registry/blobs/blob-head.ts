/** Whether a blob is there, and links to one that is somewhere else in the same registry. */

import { pullScope, type Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import type { Descriptor } from '../model/manifest.ts'
import { uploadLocation } from './location.ts'

/** A presigned URL is for GET: storage refuses a HEAD of what it has. */
const REFUSED_BY_STORAGE = [400, 403, 405]

export async function hasBlob(site: Site, descriptor: Descriptor, signal?: AbortSignal): Promise<boolean> {
  const { connection, traffic, pull } = site
  const atStorage = ({ url, status }: WireResponse): boolean =>
    url.origin !== connection.base.origin && REFUSED_BY_STORAGE.includes(status)
  const response = await connection.ask(
    {
      method: 'HEAD',
      url: site.url(`blobs/${descriptor.digest}`),
      scopes: pull,
      expect: (answer) => [404, 405].includes(answer.status) || atStorage(answer),
      traffic,
      signal,
    },
    connection.startTries(),
  )
  await drain(response.body)
  if (atStorage(response)) return true
  const length = response.headers['content-length']
  return response.status < 300 && (length === undefined || Number(length) === descriptor.size)
}

/** True: linked. A URL: the registry would rather have it uploaded there. False: it declined. */
export async function mountBlob(
  site: Site,
  { digest }: Descriptor,
  from: string,
  signal?: AbortSignal,
): Promise<boolean | URL> {
  const { connection, traffic, push } = site
  const query = `mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`
  const ask = {
    method: 'POST',
    url: site.url(`blobs/uploads/?${query}`),
    // Without the other repository's scope some registries do not even look.
    scopes: from === site.repository ? push : [...push, pullScope(from)],
    body: new Uint8Array(),
    traffic,
    signal,
  } as const
  try {
    const response = await connection.askOnce(ask, connection.startTries())
    await drain(response.body)
    return response.status === 201 ? true : (uploadLocation(response) ?? false)
  } catch (error) {
    signal?.throwIfAborted()
    // Mounting only saves bytes: whatever is wrong, the upload that follows will tell.
    if (error instanceof RegistryError) return false
    throw error
  }
}
