// Tags whose HEAD returns a digest that the source does not have.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyTag } from '../../../copy/copy.ts'
import { copyServed } from '../../../copy/images/served.ts'
import type { ResolvedTag } from '../../../mirror/documents.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { multiArch } from '../images.ts'
import { FROM, startPair, type TestPair } from '../pair.ts'
import { failing } from '../registries.ts'

const NAMED = `sha256:${'0'.repeat(64)}`

let pair: TestPair
let root: Descriptor
beforeEach(async () => {
  pair = await startPair()
  root = await multiArch(pair.build, '1.0')
})
afterEach(() => pair[Symbol.asyncDispose]())

async function copy(more: Partial<ResolvedTag> = {}) {
  const source = await pair.source.open(FROM)
  const job = await pair.newJob()
  const { mediaType, size } = root
  return copyServed(
    { tag: '1.0', digest: NAMED, mediaType, size, ...more },
    ({ tag, digest, mediaType, size }) => {
      const descriptor = { mediaType, size, digest: digest as Digest }
      return copyTag(job, { root: descriptor, artifacts: [], ...(tag === undefined ? {} : { tag }) })
    },
    () => source,
  )
}

test('row 39: copies what the source serves under the tag, and warns', async () => {
  const result = await copy()
  await pair.expectWhole(root, '1.0')
  expect(result).toMatchObject({
    status: 'copied',
    digest: root.digest,
    warnings: [
      {
        message: expect.stringContaining(`has no ${NAMED}, which its HEAD response names for the tag "1.0"`),
      },
    ],
  })
})

test('leaves a tag that is up to date', async () => {
  await copy()
  pair.target.forgetLog()
  expect((await copy()).status).toBe('present')
  expect(pair.target.count(/^(PUT|POST|PATCH) /)).toBe(0)
})

test('copies a digest that exists without a request for the tag', async () => {
  const result = await copy({ digest: root.digest })
  expect(result).toMatchObject({ status: 'copied', warnings: [] })
  expect(result.digest).toBeUndefined()
  expect(pair.source.count(/manifests\/1\.0/)).toBe(0)
})

test.each<[string, Partial<ResolvedTag>]>([
  ['is pinned', { pinned: true }],
  ['has no tag', { tag: undefined }],
])('copies nothing else for a digest that %s', async (_, more) => {
  await expect(copy(more)).rejects.toMatchObject({ kind: 'notFound' })
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('does not copy another image of the tag if a platform is missing', async () => {
  pair.source.breakWith(failing(new RegExp(`/manifests/(?!${root.digest})sha256`), 404))
  await expect(copy({ digest: root.digest })).rejects.toMatchObject({ kind: 'notFound' })
  expect(await pair.tagsAtTarget()).toEqual([])
})
