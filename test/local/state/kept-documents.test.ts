// Documents that one local run keeps for the next.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepDocuments, restoreDocuments } from '../../../local/state/kept-documents.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kept-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** A bucket in memory. */
function bucketOf(objects: Record<string, string>) {
  return {
    objects,
    documents: {
      get: async (_: string, key: string) => objects[key] ?? '',
      async put(_: string, key: string, text: string) {
        objects[key] = text
      },
    },
    listKeys: async (_: string, prefix: string) =>
      Object.keys(objects).filter((key) => key.startsWith(prefix)),
  }
}

test('keeps the stored artifacts across runs, but not the documents of a run', async () => {
  const known = {
    'artifacts/127.0.0.1:5000/team/app/1_2e0.json': '{"indexes":{}}',
    'refused/us-east-1/mirror/app/sha256:abc.json': '{}',
  }
  await keepDocuments(dir, 'work', bucketOf({ ...known, 'runs/run-1/plan.json': '[]' }))
  const next = bucketOf({})
  await restoreDocuments(dir, 'work', next)
  expect(next.objects).toEqual(known)
})

test('restores nothing in a first run', async () => {
  const bucket = bucketOf({})
  await restoreDocuments(join(dir, 'none'), 'work', bucket)
  expect(bucket.objects).toEqual({})
})
