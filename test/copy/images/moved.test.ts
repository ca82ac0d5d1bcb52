// A source tag that moves during the copy: the resolved image is copied, and the result has a warning.
import { expect, test } from 'vitest'
import { warnIfTagMoved } from '../../../copy/images/moved.ts'
import type { EcrRepository } from '../../../registry/model/registry.ts'
import { syncOrder } from '../../../sync/run.ts'
import { orderFor, tagOf } from '../aws.ts'
import { multiArch } from '../images.ts'
import { FROM, startPair, TO } from '../pair.ts'
import { failing } from '../registries.ts'

test('row 49: warns of a source tag that moves meanwhile, and copies the resolved image', async () => {
  await using pair = await startPair()
  const root = await multiArch(pair.build, '1.0')
  const patched = await multiArch(pair.build, 'patched')
  pair.source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) void pair.build.tag('1.0', patched)
    return false
  })
  const target = Object.assign(await pair.target.open(TO), { ensure: async () => {} })
  const registries = {
    open: () => pair.source.open(FROM),
    ecr: async () => target as unknown as EcrRepository,
    close: async () => {},
  }
  const readCredentials = () => Promise.reject(new Error('nobody asks for credentials'))
  const order = orderFor(pair.source, [tagOf('1.0', root)])
  const { result } = await syncOrder(order, { registries, readCredentials })
  await pair.expectWhole(root, '1.0')
  expect(result.outcome).toMatchObject({ status: 'synced', warnings: 1 })
  expect(result.warnings).toEqual([expect.stringContaining(`${FROM}:1.0 has moved to ${patched.digest}`)])
})

test('names both digests in the warning for a moved tag', async () => {
  await using pair = await startPair()
  const before = await multiArch(pair.build, '1.0')
  const upstream = await pair.source.open(FROM)
  expect(await warnIfTagMoved(upstream, { tag: '1.0', ...before })).toEqual([])
  const after = await multiArch(pair.build, '1.0', { name: 'patched' })
  const [warning, ...more] = await warnIfTagMoved(upstream, { tag: '1.0', ...before })
  expect(warning?.message).toContain(`${FROM}:1.0 has moved to ${after.digest}`)
  expect(warning?.message).toContain(`${before.digest} was copied`)
  expect(more).toEqual([])
  expect(upstream.traffic().countedPulls).toBe(0)
})

test.each<[string, number]>([
  ['a source that is down by then', 503],
  ['a tag that is gone by then', 404],
])('does not warn of %s', async (_, status) => {
  await using pair = await startPair()
  const root = await multiArch(pair.build, '1.0')
  pair.source.breakWith(failing(/./, status))
  expect(await warnIfTagMoved(await pair.source.open(FROM), { tag: '1.0', ...root })).toEqual([])
})

test('looks at the tag of the source, whatever its name is at the target', async () => {
  await using pair = await startPair()
  const root = await multiArch(pair.build, '1.0')
  const renamed = { tag: 'stable', sourceTag: '1.0', ...root }
  const upstream = await pair.source.open(FROM)
  expect(await warnIfTagMoved(upstream, renamed)).toEqual([])
  await multiArch(pair.build, '1.0', { name: 'patched' })
  const [warning] = await warnIfTagMoved(upstream, renamed)
  expect(warning?.message).toContain(`${FROM}:1.0 has moved`)
})

test('does not check a digest without a tag', async () => {
  await using pair = await startPair()
  const root = await multiArch(pair.build, '1.0')
  expect(await warnIfTagMoved(await pair.source.open(FROM), root)).toEqual([])
  expect(pair.source.log()).toEqual([])
})
