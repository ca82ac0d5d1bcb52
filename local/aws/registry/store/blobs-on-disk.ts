/**
 * Blobs: the bytes once per store, by digest; a link per repository that may see them. Deleting takes the link
 * away and leaves the bytes, as registries do until their garbage is collected.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Digest } from '../../../../registry/model/reference.ts'
import { digestOf, fileNameOf } from '../digest.ts'
import { isAbsent, readIfThere, removeIfThere, writeAtomically } from './files.ts'

/** First and last byte, both included, as in an HTTP range. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

export interface Blobs {
  /** In bytes; undefined when this repository has no such blob. */
  size(repository: string, digest: Digest): Promise<number | undefined>
  read(digest: Digest, range?: ByteRange): Readable
  /** Stores bytes that are at hand. */
  put(repository: string, bytes: Uint8Array): Promise<Digest>
  /** Takes over a file whose bytes were checked against the digest. */
  adopt(repository: string, digest: Digest, file: string): Promise<void>
  /** Lets a repository see bytes that the store has. */
  link(repository: string, digest: Digest): Promise<void>
  unlink(repository: string, digest: Digest): Promise<boolean>
  /** Bytes by digest alone, whatever repository they are in: how manifests are kept. */
  writeBytes(digest: Digest, bytes: Uint8Array): Promise<void>
  readBytes(digest: Digest): Promise<Buffer | undefined>
  /** A name for a file that is being uploaded, on the same file system as the blobs. */
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
