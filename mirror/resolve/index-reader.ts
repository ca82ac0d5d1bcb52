/** Reads the entries of each index once, and never again in later runs, because each read counts as a pull. */
import { listedIn, type Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { entryOf, type IndexEntry } from './memory/index-entry.ts'
import type { StoredEntry } from './memory/remembered.ts'

export type ReadIndex = (digest: Digest) => Promise<readonly IndexEntry[]>

export interface IndexReader {
  readonly readIndex: ReadIndex
  /** All entries that were requested, cached or not. */
  used(): Readonly<Record<string, readonly IndexEntry[]>>
  /** The manifest, if it had to be read. */
  manifest(digest: string): Manifest | undefined
}

/** @param before - entries that earlier runs have read */
export function createIndexReader(
  readManifest: (digest: Digest) => Promise<Manifest>,
  before: Readonly<Record<string, readonly StoredEntry[]>> = {},
): IndexReader {
  const used: Record<string, readonly IndexEntry[]> = {}
  const manifests = new Map<string, Manifest>()
  return {
    used: () => used,
    manifest: (digest) => manifests.get(digest),
    async readIndex(digest) {
      const known = used[digest] ?? before[digest]?.map(entryOf)
      if (known !== undefined) {
        used[digest] = known
        return known
      }
      const manifest = await readManifest(digest)
      const entries = listedIn(manifest).map(entryOf)
      manifests.set(digest, manifest)
      used[digest] = entries
      return entries
    },
  }
}
