/**
 * Keeps documents of the work bucket between local runs: known artifacts, those that could not be copied, the state of
 * the mirror, and what was read of lists elsewhere.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { STATE_PREFIX } from '../../mirror/keys.ts'
import type { Cloud } from '../cloud.ts'

const PREFIXES = ['artifacts/', 'refused/', STATE_PREFIX, 'status/'] as const

export async function restoreDocuments(
  dir: string,
  bucket: string,
  { documents }: Pick<Cloud, 'documents'>,
): Promise<void> {
  // If they are missing, sources are queried again.
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    await documents.put(bucket, relative(dir, file).split(sep).join('/'), await readFile(file, 'utf8'))
  }
}

export async function keepDocuments(
  dir: string,
  bucket: string,
  { documents, listKeys }: Pick<Cloud, 'documents' | 'listKeys'>,
): Promise<void> {
  for (const prefix of PREFIXES) {
    for (const key of await listKeys(bucket, prefix)) {
      const file = join(dir, ...key.split('/'))
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, await documents.get(bucket, key))
    }
  }
}
