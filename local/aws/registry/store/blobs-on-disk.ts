/**
 * Blobs on disk: one copy of the bytes per store, by digest, and a link per repository with access. Deleting removes
 * the link and keeps the bytes, as registries do until garbage collection.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Digest } from '../../../../registry/model/reference.ts'
import { digestOf, fileNameOf } from '../digest.ts'
import { isAbsent, readIfThere, removeIfThere, writeAtomically } from './files.ts'

/** First and last byte, inclusive, as in an HTTP range. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

export interface Blobs {
  /** Returns the size in bytes, or undefined if the repository does not have the blob. */
  size(repository: string, digest: Digest): Promise<number | undefined>
  read(digest: Digest, range?: ByteRange): Readable
  /** Stores bytes from memory. */
  put(repository: string, bytes: Uint8Array): Promise<Digest>
  /** Adopts a file whose bytes match the digest. */
  adopt(repository: string, digest: Digest, file: string): Promise<void>
  /** Links existing bytes to a repository. */
  link(repository: string, digest: Digest): Promise<void>
  unlink(repository: string, digest: Digest): Promise<boolean>
  /** Stores bytes by digest without a repository, for manifests. */
  writeBytes(digest: Digest, bytes: Uint8Array): Promise<void>
  readBytes(digest: Digest): Promise<Buffer | undefined>
  /** The path of a new upload file on the file system of the blobs. */
  temporaryFile(): Promise<string>
}

export function blobsOnDisk(dir: string, repositoryFolder: (name: string) => string): Blobs {
  const dataOf = (digest: Digest) => {
    const [algorithm = '', hex = ''] = digest.split(':')
    return join(dir, 'blobs', algorithm, hex.slice(0, 2), hex)
  }
  const linkOf = (repository: string, digest: Digest) =>
    join(repositoryFolder(repository), '_blobs', fileNameOf(digest))

  const sizeOf = async (path: string) => {
    try {
      return (await stat(path)).size
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }
  const link = (repository: string, digest: Digest) => writeAtomically(linkOf(repository, digest), '')
  const writeBytes = async (digest: Digest, bytes: Uint8Array) => {
    const path = dataOf(digest)
    if ((await sizeOf(path)) === undefined) await writeAtomically(path, bytes)
  }

  return {
    link,
    writeBytes,
    readBytes: (digest) => readIfThere(dataOf(digest)),
    read: (digest, range) =>
      createReadStream(dataOf(digest), range ? { start: range.first, end: range.last } : {}),
    unlink: (repository, digest) => removeIfThere(linkOf(repository, digest)),
    async size(repository, digest) {
      const linked = await sizeOf(linkOf(repository, digest))
      return linked === undefined ? undefined : sizeOf(dataOf(digest))
    },
    async put(repository, bytes) {
      const digest = digestOf(bytes)
      await writeBytes(digest, bytes)
      await link(repository, digest)
      return digest
    },
    async adopt(repository, digest, file) {
      const path = dataOf(digest)
      await mkdir(dirname(path), { recursive: true })
      await rename(file, path)
      await link(repository, digest)
    },
    async temporaryFile() {
      const path = join(dir, 'uploads', randomUUID())
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, '')
      return path
    },
  }
}
