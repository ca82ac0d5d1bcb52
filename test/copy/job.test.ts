// One order for several targets, between real registries: the content and the outcome of each target.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyJob, type JobTarget } from '../../copy/job.ts'
import type { CopyOrder } from '../../copy/order.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { artifactOf, multiArch } from './images.ts'
import { FROM, startPair, type TestPair, TO } from './pair.ts'
import { startRegistry, type TestRegistry } from './registries.ts'

let pair: TestPair
let other: TestRegistry
let root: Descriptor
beforeEach(async () => {
  pair = await startPair()
  other = await startRegistry()
  root = await multiArch(pair.build, '1.0')
})
afterEach(async () => {
  await pair[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

const source = () => pair.source.open(FROM)
const at = (registry: TestRegistry): JobTarget => ({ open: () => registry.open(TO) })
const broken: JobTarget = { open: () => Promise.reject(new Error('no such region')) }
const orderOf = (more: Partial<CopyOrder> = {}): CopyOrder => ({
  tags: [{ ...root, tag: '1.0' }],
  artifacts: [],
  ...more,
})

test('copies the tags to every target, and reads the source once', async () => {
  const ends = await copyJob([source], [at(pair.target), at(other)], orderOf())
  expect(ends.map(({ result }) => result.outcome.status)).toEqual(['synced', 'synced'])
  await pair.expectWhole(root, '1.0')
  expect(await other.store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(pair.source.count(new RegExp(`GET .*/manifests/${root.digest}`))).toBe(1)
})

test('fails only the target that cannot be opened, with the reason', async () => {
  const [bad, good] = await copyJob([source], [broken, at(pair.target)], orderOf())
  await pair.expectWhole(root, '1.0')
  expect(good?.result.outcome.status).toBe('synced')
  expect(bad?.result).toMatchObject({
    outcome: { status: 'failed' },
    tags: [{ tag: '1.0', status: 'failed', error: { message: expect.stringContaining('no such region') } }],
    requests: { source: 0, target: 0 },
  })
  expect(bad?.transient).toBeInstanceOf(Error)
})

test('reads nothing if no target can be opened', async () => {
  const ends = await copyJob([source], [broken, broken], orderOf())
  expect(ends.map(({ result }) => result.outcome.status)).toEqual(['failed', 'failed'])
  expect(pair.source.log()).toEqual([])
})

test('fails an order for artifacts alone if its target cannot be opened', async () => {
  const artifacts = [artifactOf(await pair.build.artifact(root, 'application/example', {}), root)]
  const [end] = await copyJob([source], [broken], orderOf({ tags: [], artifacts }))
  expect(end?.result.tags).toMatchObject([{ digest: root.digest, status: 'failed' }])
})

test('puts the tag under the name of the target', async () => {
  await copyJob([source], [{ ...at(pair.target), tag: 'stable' }, at(other)], orderOf())
  expect(await pair.tagsAtTarget()).toEqual(['stable'])
  expect(await other.store.tags.find(TO, '1.0')).toBe(root.digest)
})

test('ends each tag with the reason of an abort before the start', async () => {
  const signal = AbortSignal.abort(new Error('time is up'))
  const [end] = await copyJob([source], [at(pair.target)], orderOf(), { signal })
  expect(end?.result.tags).toMatchObject([{ status: 'failed', error: { message: 'time is up' } }])
  expect(pair.target.count(/^(PUT|POST) /)).toBe(0)
})

test.each([
  ['causes a warning on request', true, 1],
  ['is not checked by default', false, 0],
])('a tag that moves meanwhile %s', async (_, looksBack, warnings) => {
  pair.source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) void pair.build.tag('1.0', patched)
    return false
  })
  const patched = await multiArch(pair.build, 'patched')
  const [end] = await copyJob([source], [at(pair.target)], orderOf(), { looksBack })
  await pair.expectWhole(root, '1.0')
  expect(end?.result.warnings).toHaveLength(warnings)
})

test('checks for a moved tag only at the source, and only if it was read', async () => {
  await copyJob([source], [at(other)], orderOf())
  const near = () => other.open(TO)
  pair.source.forgetLog()
  const [end] = await copyJob([near, source], [at(pair.target)], orderOf(), { looksBack: true })
  await pair.expectWhole(root, '1.0')
  expect(end?.result.outcome).toMatchObject({ status: 'synced', warnings: 0 })
  expect(pair.source.log()).toEqual([])
})

test('copies loose tags after the artifacts, and reports those that the source lacks', async () => {
  const bare = await pair.build.image({ os: 'linux', architecture: 's390x' }, [])
  const [end] = await copyJob(
    [source],
    [at(pair.target)],
    orderOf({
      loose: Promise.resolve({
        tags: [{ ...bare, tag: 'loose', isList: false }],
        failed: [{ tag: 'gone', name: 'SourceNotFound', message: 'it is gone' }],
      }),
    }),
  )
  expect(await pair.tagsAtTarget()).toEqual(expect.arrayContaining(['1.0', 'loose']))
  expect(end?.result.tags.map(({ tag, status }) => `${tag} ${status}`)).toEqual([
    '1.0 copied',
    'loose copied',
    'gone failed',
  ])
})

test('fails the tags whose artifacts are unknown', async () => {
  const artifacts = Promise.reject(new Error('not now'))
  await expect(copyJob([source], [at(pair.target)], orderOf({ artifacts }))).rejects.toThrow('not now')
  expect(await pair.tagsAtTarget()).toEqual([])
})
