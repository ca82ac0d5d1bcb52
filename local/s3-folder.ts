/** Uploads the files `s3/<bucket>/<key>` of the state folder at startup, for inputs with `imagesFrom`. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Cloud } from './cloud.ts'

export async function uploadFolder(
  dir: string,
  { createBuckets, documents }: Pick<Cloud, 'createBuckets' | 'documents'>,
): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const objects = files.map((file) => ({ file, path: relative(dir, file).split(sep) }))
  await createBuckets(new Set(objects.map(({ path: [bucket = ''] }) => bucket)))
  for (const { file, path } of objects) {
    const [bucket = '', ...key] = path
    await documents.put(bucket, key.join('/'), await readFile(file, 'utf8'))
  }
}
