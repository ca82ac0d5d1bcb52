/**
 * Blob uploads in progress, each with a growing file and a running hash. They end with the process; a client that loses
 * its session starts a new one.
 */
import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Digest } from '../../../../registry/model/reference.ts'
import { algorithmOf } from '../digest.ts'
import { OciError } from '../oci-error.ts'
import { removeIfThere } from './files.ts'
import type { Store } from './store.ts'

export interface Upload {
  readonly id: string
  readonly repository: string
  /** Bytes received so far. */
  readonly size: number
  /** Size of the last chunk; undefined before the first. */
  readonly lastChunk: number | undefined
}

export interface Uploads {
  begin(repository: string): Promise<Upload>
  /** @throws {OciError} BLOB_UPLOAD_UNKNOWN */
  find(repository: string, id: string): Upload
  /** Appends bytes as they arrive; bytes received before a stream breaks are kept and counted. */
  append(upload: Upload, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Turns the upload into a blob. @throws {OciError} DIGEST_INVALID, and the upload is removed */
  finish(upload: Upload, digest: Digest): Promise<void>
  cancel(upload: Upload): Promise<void>
}

interface Session extends Upload {
  size: number
  lastChunk: number | undefined
  busy: boolean
  readonly file: string
  readonly hash: Hash
}

export function uploadsInProgress(store: Store): Uploads {
  const sessions = new Map<string, Session>()

  const find = (repository: string, id: string): Session => {
    const session = sessions.get(id)
    if (session?.repository === repository) return session
    throw new OciError(404, 'BLOB_UPLOAD_UNKNOWN', `upload ${id} not found in ${repository}`)
  }
  const cancel = async (upload: Upload) => {
    const session = find(upload.repository, upload.id)
    sessions.delete(upload.id)
    await removeIfThere(session.file)
  }

  return {
    find,
    cancel,
    async begin(repository) {
      const file = await store.blobs.temporaryFile()
      const session: Session = {
        id: randomUUID(),
        repository,
        size: 0,
        lastChunk: undefined,
        busy: false,
        file,
        hash: createHash('sha256'),
      }
      sessions.set(session.id, session)
      return session
    },
    async append(upload, bytes) {
      const session = find(upload.repository, upload.id)
      if (session.busy)
        throw new OciError(416, 'BLOB_UPLOAD_INVALID', 'another request is writing this upload')
      session.busy = true
      const before = session.size
      const file = await open(session.file, 'a')
      try {
        for await (const chunk of bytes) {
          await file.appendFile(chunk)
          session.hash.update(chunk)
          session.size += chunk.length
        }
      } finally {
        session.busy = false
        session.lastChunk = session.size - before
        await file.close()
      }
    },
    async finish(upload, digest) {
      const session = find(upload.repository, upload.id)
      sessions.delete(session.id)
      const actual = await digestOfSession(session, digest)
      if (actual !== digest) {
        await removeIfThere(session.file)
        throw new OciError(
          400,
          'DIGEST_INVALID',
          `the ${session.size} bytes received are ${actual}, not ${digest}`,
        )
      }
      await store.blobs.adopt(session.repository, digest, session.file)
    },
  }
}

/**
 * The sha256 is known from the running hash; for other algorithms, which are known only at the end, the file is read
 * again.
 */
async function digestOfSession(session: Session, wanted: Digest): Promise<Digest> {
  const algorithm = algorithmOf(wanted)
  if (algorithm === 'sha256') return `sha256:${session.hash.digest('hex')}`
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(session.file)) hash.update(chunk)
  return `${algorithm}:${hash.digest('hex')}`
}
