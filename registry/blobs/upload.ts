/**
 * Uploads a blob in a session: start, send, commit. A retry starts a new session, since registries disagree on how to
 * resume one. If a failed commit may have worked, a HEAD decides.
 */

import { TOKEN_EXPIRED } from '../connection/connection.ts'
import type { Site } from '../connection/site.ts'
import type { WireResponse } from '../http/transport.ts'
import { linkAbort } from '../model/aborting.ts'
import { RegistryError } from '../model/errors.ts'
import type { Descriptor } from '../model/manifest.ts'
import type { BlobSource } from '../model/registry.ts'
import type { Tries } from '../retry/retry.ts'
import { hasBlob } from './blob-head.ts'
import { type Feed, openFeed } from './feed.ts'
import { uploadLocation } from './location.ts'
import { cancelSession, startSession } from './session.ts'
import { nextMethod, sendBlob, type UploadMethod, type UploadSupport } from './upload-methods.ts'

export interface Upload {
  readonly site: Site
  readonly support: UploadSupport
  readonly descriptor: Descriptor
  readonly source: BlobSource
  /** A session that the registry opened instead of mounting. */
  readonly session?: URL | undefined
  readonly signal?: AbortSignal | undefined
}

interface Failure {
  readonly error: unknown
  readonly from: 'source' | 'target'
  /** All bytes were sent, so the commit may have worked despite the error. */
  readonly whole: boolean
  readonly method: UploadMethod
}

export async function putBlob(upload: Upload): Promise<void> {
  const tries = upload.site.connection.startTries()
  let failure = await attempt(upload, tries)
  while (failure !== undefined) {
    upload.signal?.throwIfAborted()
    const again = canStartOver(failure, upload, tries)
    if (!again && (await settle(failure, upload, tries))) return
    failure = await attempt({ ...upload, session: undefined }, tries)
  }
}

/** Returns undefined on success. Opens the source and the session concurrently, which saves a round trip. */
async function attempt(upload: Upload, tries: Tries): Promise<Failure | undefined> {
  const { site, descriptor, source, support } = upload
  const method = support.current
  using stop = linkAbort(upload.signal)
  const { signal } = stop
  let from = 'target' as Failure['from']
  let feed: Feed | undefined
  let location = upload.session
  const opening = openFeed(source, signal).catch((error: unknown) => {
    // An abort means that the session failed first.
    if (!signal.aborted) from = 'source'
    stop.abort()
    throw error
  })
  const begin = async (): Promise<WireResponse | URL> => {
    if (location !== undefined) return location
    const session = await startSession(site, tries, signal)
    location = uploadLocation(session)
    return session
  }
  try {
    const [opened, session] = await Promise.all([opening, begin()])
    feed = opened
    await sendBlob(method, session, { site, descriptor, feed, tries, signal })
    return undefined
  } catch (error) {
    stop.abort()
    opening.then(({ close }) => close()).catch(() => {})
    const broken = feed?.failure()
    const reachable = broken !== undefined || from === 'source' || wasAnswered(error)
    if (support.cancels && location !== undefined && reachable && !upload.signal?.aborted) {
      await cancelSession(site, location, tries)
    }
    if (broken !== undefined) return { error: broken, from: 'source', whole: false, method }
    return { error, from, whole: feed?.sent() === descriptor.size, method }
  }
}

/** Whether to start over without a wait. Each cause allows it once. */
function canStartOver({ error, from, method }: Failure, { support }: Upload, tries: Tries): boolean {
  if (!(error instanceof RegistryError)) return false
  // Bytes were corrupted in transit, so the whole blob must be sent again.
  if (error.kind === 'invalidContent' && error.code?.startsWith('DIGEST_')) return tries.reread()
  const tooLarge = error.status === 413 || (error.status === 416 && /too large/i.test(error.message))
  if (from !== 'target' || !tooLarge) return false
  // A concurrent upload may have hit the limit and changed the method already.
  if (support.current === method) support.current = nextMethod(method) ?? method
  return support.current !== method
}

/** Waits for the next try. Returns true if none is needed because the last one worked. */
async function settle(failure: Failure, upload: Upload, tries: Tries): Promise<boolean> {
  const { error, from, whole } = failure
  // The source has its own retries.
  if (from === 'source') throw error
  const { descriptor, signal } = upload
  const ambiguous = whole && mayHaveWorked(error)
  try {
    await tries.after(explainEmpty(error, descriptor), signal)
  } catch (final) {
    if (ambiguous && (await isThere(upload))) return true
    throw final
  }
  return ambiguous && (await isThere(upload))
}

/** Whether the commit may have succeeded although its response was lost. */
function mayHaveWorked(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'unavailable' && error.code !== TOKEN_EXPIRED
}

async function isThere({ site, descriptor, signal }: Upload): Promise<boolean> {
  try {
    return await hasBlob(site, descriptor, signal)
  } catch {
    signal?.throwIfAborted()
    return false
  }
}

function wasAnswered(error: unknown): boolean {
  return error instanceof RegistryError && error.status !== undefined
}

/** https://github.com/aws/containers-roadmap/issues/1074 */
function explainEmpty(error: unknown, { size, digest }: Descriptor): unknown {
  if (size > 0 || !(error instanceof RegistryError) || ![400, 405, 500].includes(error.status ?? 0))
    return error
  return new RegistryError(
    `the registry refuses the empty blob ${digest} (Amazon ECR does not accept empty layers); rebuild the image without it`,
    { kind: 'unsupported', status: error.status, cause: error },
  )
}
