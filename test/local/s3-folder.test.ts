// Serves the files of a folder as S3 objects.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uploadFolder } from '../../local/s3-folder.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** The created buckets and objects. */
async function uploaded(folder: string) {
  const buckets: string[] = []
  const objects: Record<string, string> = {}
  await uploadFolder(folder, {
    createBuckets: async (names) => void buckets.push(...names),
    documents: {
      get: () => Promise.reject(new Error('nothing is read')),
      async put(bucket, key, text) {
        objects[`s3://${bucket}/${key}`] = String(text)
      },
    },
  })
  return { buckets, objects }
}

test('takes the first folder as the bucket, and the rest as the key', async () => {
  await mkdir(join(dir, 'lists', 'team'), { recursive: true })
  await writeFile(join(dir, 'lists', 'team', 'mine.yaml'), 'a')
  await writeFile(join(dir, 'lists', 'other.yaml'), 'b')
  expect(await uploaded(dir)).toEqual({
    buckets: ['lists'],
    objects: { 's3://lists/team/mine.yaml': 'a', 's3://lists/other.yaml': 'b' },
  })
})

test('uploads nothing without the folder', async () => {
  expect(await uploaded(join(dir, 'none'))).toEqual({ buckets: [], objects: {} })
})
