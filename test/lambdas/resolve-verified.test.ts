// Resolve with `verify`: what it hands on, and what it asks the registry in the runs after.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type ImageItem, pointerSchema } from '../../mirror/contract.ts'
import { type Resolved, resolvedSchema } from '../../mirror/documents.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { itemsOf } from '../mirror/lists.ts'
import { keyPair } from '../signatures/signed.ts'
import { byKey, byKeyInBundle, imageOf, referred, type Signed, tagged } from '../signatures/world.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { invoke } from './invoke.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const own = keyPair()
const foreign = keyPair()

let s3: LocalS3
let upstream: Upstream
let handler: typeof import('../../lambdas/resolve.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  upstream = await startUpstream()
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(() => {})
  Object.assign(process.env, { WORK_BUCKET: 'work', POWERTOOLS_DEV: 'true' })
  ;({ handler } = await import('../../lambdas/resolve.ts'))
})
afterAll(async () => {
  await upstream.close()
  await s3.stop()
})

type Image = Exclude<Parameters<typeof itemsOf>[0]['images'][number], string>

let count = 0
let repository = ''
let signed: Signed
beforeEach(async () => {
  repository = `team/app${++count}`
  const app = await upstream.fill(repository)
  signed = { app, image: await imageOf(app, `a ${count}`), other: await imageOf(app, `b ${count}`) }
  await app.tag('1', signed.image)
  await app.tag('2', signed.other)
})

function inputOf(settings: Partial<Image>): { run: object; image: ImageItem } {
  const source = `${upstream.registry}/${repository}`
  const images = [{ source, tags: { include: ['1', '2'] }, ...settings }]
  const [image] = itemsOf({ regions: ['us-east-1'], images })
  if (image === undefined) throw new Error('an image is planned')
  return { run: { name: `run-${count}`, dryRun: false }, image }
}

async function resolve(settings: Partial<Image>): Promise<Resolved & { pulls: number }> {
  upstream.takeRequests()
  const pointer = pointerSchema.parse(await invoke(handler, inputOf(settings)))
  const resolved = await openWorkBucket('work').readJson(pointer.key, resolvedSchema)
  const pulls = upstream.takeRequests().filter((request) => /^GET .*\/manifests\//.test(request)).length
  return { ...resolved, pulls }
}

const tagsOf = ({ tags }: Resolved) => tags.map(({ tag }) => tag)

test('an unsigned tag fails by name, a signed one goes on with its digest, and no later run pulls', async () => {
  await tagged(byKey(own))(signed)
  const first = await resolve({ verify: { key: own.pem } })
  expect(first.tags).toMatchObject([{ tag: '1', digest: signed.image.digest }])
  expect(first.failed).toMatchObject([
    {
      tag: '2',
      digest: signed.other.digest,
      name: 'SignatureMissing',
      message: expect.stringContaining(':2@sha256:'),
    },
  ])
  expect(first.pulls).toBe(1)
  const second = await resolve({ verify: { key: own.pem } })
  expect({ ...second, pulls: 0 }).toEqual({ ...first, pulls: 0 })
  expect(second.pulls).toBe(0)
})

test('other rules check again', async () => {
  await tagged(byKey(own))(signed)
  expect(tagsOf(await resolve({ verify: { key: own.pem } }))).toEqual(['1'])
  const other = await resolve({ verify: { key: foreign.pem } })
  expect(tagsOf(other)).toEqual([])
  expect(other.failed).toMatchObject([{ tag: '1', name: 'SignatureInvalid' }, { tag: '2' }])
})

test('an image that is signed later is found', async () => {
  expect((await resolve({ verify: { key: own.pem } })).failed).toHaveLength(2)
  await referred(byKeyInBundle(own))(signed)
  expect(tagsOf(await resolve({ verify: { key: own.pem } }))).toEqual(['1'])
})

test('a wrong signature is not read again until there is another', async () => {
  await tagged(byKey(foreign))(signed)
  expect(await resolve({ verify: { key: own.pem } })).toMatchObject({ tags: [], pulls: 1 })
  expect(await resolve({ verify: { key: own.pem } })).toMatchObject({ tags: [], pulls: 0 })
  await tagged(byKey(foreign), byKey(own))(signed)
  expect(await resolve({ verify: { key: own.pem } })).toMatchObject({ tags: [{ tag: '1' }], pulls: 1 })
})

test('artifacts of a tag that is not verified stay behind', async () => {
  await tagged(byKey(own))(signed)
  await signed.app.artifact(signed.other, 'application/spdx+json', {})
  const { artifacts } = await resolve({ verify: { key: own.pem } })
  expect(artifacts.map(({ subject }) => subject)).toEqual([signed.image.digest])
})

test('a signature that the list does not mirror still counts', async () => {
  await tagged(byKey(own))(signed)
  const resolved = await resolve({ verify: { key: own.pem }, artifacts: { exclude: ['signature'] } })
  expect([tagsOf(resolved), resolved.artifacts]).toEqual([['1'], []])
})
