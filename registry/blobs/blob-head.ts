/** Checks whether a blob exists, and mounts blobs of other repositories. */

import { pullScope, type Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import type { Descriptor } from '../model/manifest.ts'
import { uploadLocation } from './location.ts'

/** A presigned URL is valid for GET only, so storage refuses the HEAD of an existing blob. */
const REFUSED_BY_STORAGE = [400, 403, 405]

export async function hasBlob(site: Site, descriptor: Descriptor, signal?: AbortSignal): Promise<boolean> {
  const { connection, traffic, pull } = site
  const isElsewhere = ({ url }: WireResponse): boolean => url.origin !== connection.base.origin
  const atStorage = (answer: WireResponse): boolean =>
    isElsewhere(answer) && REFUSED_BY_STORAGE.includes(answer.status)
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
  // Some registries do not say how large it is. Storage does, and a page that asks people to sign in does not.
  if (length === undefined) return response.status < 300 && !isElsewhere(response)
  return response.status < 300 && Number(length) === descriptor.size
}

/** @returns true if mounted, the URL of an upload session if the registry opened one instead, or false */
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
    // Some registries only mount if the token has the other repository's scope.
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
    // A mount only saves bytes; the upload that follows reports a real problem.
    if (error instanceof RegistryError) return false
    throw error
  }
}
