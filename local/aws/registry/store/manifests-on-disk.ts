/** Manifests and tags of a repository: one small file each, so that reads are independent. */
import { join } from 'node:path'
import type { Digest } from '../../../../registry/model/reference.ts'
import { digestOf, fileNameOf } from '../digest.ts'
import type { Blobs } from './blobs-on-disk.ts'
import { listIfThere, readIfThere, removeIfThere, writeAtomically } from './files.ts'

/** Metadata of a manifest. */
export interface ManifestRecord {
  readonly digest: Digest
  readonly mediaType: string
  readonly size: number
  /** The manifest's own artifact type or its config's media type, which the referrers API filters by. */
  readonly artifactType?: string
  readonly subject?: Digest
  readonly annotations?: Readonly<Record<string, string>>
  /** ISO 8601 */
  readonly pushedAt: string
  /** Archived images are listed but cannot be pulled. */
  readonly archived?: boolean
}

export interface Manifests {
  all(repository: string): Promise<ManifestRecord[]>
  find(repository: string, digest: Digest): Promise<ManifestRecord | undefined>
  /** Returns the pushed bytes. */
  bytes(digest: Digest): Promise<Buffer>
  put(repository: string, record: ManifestRecord, bytes: Uint8Array): Promise<void>
  update(repository: string, record: ManifestRecord): Promise<void>
  delete(repository: string, digest: Digest): Promise<boolean>
}

export interface Tags {
  /** Sorted by name, byte by byte. */
  all(repository: string): Promise<Map<string, Digest>>
  find(repository: string, tag: string): Promise<Digest | undefined>
  set(repository: string, tag: string, digest: Digest): Promise<void>
  delete(repository: string, tag: string): Promise<boolean>
}

type FolderOf = (repository: string) => string

export function manifestsOnDisk(folderOf: FolderOf, blobs: Blobs): Manifests {
  const folder = (repository: string) => join(folderOf(repository), '_manifests')
  const pathOf = (repository: string, digest: Digest) => join(folder(repository), fileNameOf(digest))
  const read = async (path: string) => {
    const bytes = await readIfThere(path)
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as ManifestRecord)
  }
  const update = (repository: string, record: ManifestRecord) =>
    writeAtomically(pathOf(repository, record.digest), JSON.stringify(record))

  return {
    update,
    find: (repository, digest) => read(pathOf(repository, digest)),
    delete: (repository, digest) => removeIfThere(pathOf(repository, digest)),
    async all(repository) {
      const names = await listIfThere(folder(repository))
      const records = await Promise.all(names.map((name) => read(join(folder(repository), name))))
      return records.filter((record) => record !== undefined)
    },
    async bytes(digest) {
      const bytes = await blobs.readBytes(digest)
      if (bytes === undefined) throw new Error(`the bytes of ${digest} are missing in the store`)
      return bytes
    },
    async put(repository, record, bytes) {
      await blobs.writeBytes(record.digest, bytes)
      await update(repository, record)
    },
  }
}

export function tagsOnDisk(folderOf: FolderOf): Tags {
  const folder = (repository: string) => join(folderOf(repository), '_tags')
  const pathOf = (repository: string, tag: string) => join(folder(repository), fileNameOfTag(tag))
  const find = async (repository: string, tag: string) => {
    const bytes = await readIfThere(pathOf(repository, tag))
    return bytes?.toString() as Digest | undefined
  }
  return {
    find,
    set: (repository, tag, digest) => writeAtomically(pathOf(repository, tag), digest),
    delete: (repository, tag) => removeIfThere(pathOf(repository, tag)),
    async all(repository) {
      const names = (await listIfThere(folder(repository))).map(tagOfFileName).sort(byBytes)
      const found = await Promise.all(names.map(async (tag) => [tag, await find(repository, tag)] as const))
      return new Map(found.filter((pair): pair is readonly [string, Digest] => pair[1] !== undefined))
    },
  }
}

/** Creates the record of a manifest at its push. */
export function recordOf(
  bytes: Uint8Array,
  mediaType: string,
  about: Pick<ManifestRecord, 'artifactType' | 'subject' | 'annotations'> = {},
  digest: Digest = digestOf(bytes),
): ManifestRecord {
  return { digest, mediaType, size: bytes.length, ...about, pushedAt: new Date().toISOString() }
}

/** Tags are case-sensitive, but file systems may not be: `RC1` is stored as `^r^c1`. */
function fileNameOfTag(tag: string): string {
  return tag.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)
}

function tagOfFileName(name: string): string {
  return name.replace(/\^(.)/g, (_, letter: string) => letter.toUpperCase())
}

function byBytes(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
