// Lists elsewhere over several runs: the last good one stays in use while a place is broken.
import { expect, test } from 'vitest'
import { ErrorName } from '../../../mirror/error-name.ts'
import { namedError } from '../../../mirror/failure.ts'
import { longForm } from '../../../mirror/list/entry.ts'
import { listOf } from '../../../mirror/list/parse-list.ts'
import { type GoodLists, readWhole } from '../../../mirror/plan/elsewhere.ts'

const AT = '2026-11-30T00:00:00.000Z'
const LATER = '2026-12-01T00:00:00.000Z'

/** Runs one after the other, with what they keep. */
function world(imagesFrom: string | string[] = ['ssm:/a', 'ssm:/b'], changes: object = {}) {
  const given = { regions: ['us-east-1'], prefix: 'mirror', imagesFrom, images: ['redis:7.4'], ...changes }
  const list = listOf(given, 'mirror.yaml')
  return { list, account: '123456789012' }
}

/** @param texts - what each place holds; an error for one that cannot be read */
function bucket() {
  let kept: GoodLists | undefined
  const read = (texts: Readonly<Record<string, string | Error>>, at = AT, deployed = world()) =>
    readWhole(deployed, {
      read: async (_, name) => {
        const text = texts[name]
        if (typeof text === 'string') return [{ name, version: `v${text.length}`, content: { text } }]
        throw text ?? namedError(ErrorName.InvalidInput, `${name} does not exist: check its name`)
      },
      good: {
        find: async () => kept,
        keep: async (lists) => {
          kept = lists
        },
      },
      now: new Date(at),
    })
  return { read, kept: () => kept }
}

const sourcesOf = ({ list }: Awaited<ReturnType<typeof readWhole>>) =>
  list.images.map((image) => longForm(image).source)

test('leaves a list without places as it is', async () => {
  const deployed = { list: listOf({ regions: ['us-east-1'], images: ['redis:7.4'] }, 'mirror.yaml') }
  expect(await bucket().read({}, AT, { ...deployed, account: '123456789012' })).toEqual({
    list: deployed.list,
  })
})

test('reads the places again in each run, and notes what it read', async () => {
  const { read } = bucket()
  const first = await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '- alpine:3' })
  expect(sourcesOf(first)).toEqual(['redis:7.4', 'busybox:1', 'alpine:3'])
  expect(first.notes).toEqual({
    pieces: [
      { name: 'ssm:/a', version: 'v11', images: 1 },
      { name: 'ssm:/b', version: 'v10', images: 1 },
    ],
  })
  const second = await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '[alpine:3, nginx:1]' })
  expect(sourcesOf(second)).toEqual(['redis:7.4', 'busybox:1', 'alpine:3', 'nginx:1'])
})

test.each([
  ['is missing', {}, 'ssm:/b does not exist'],
  ['is empty', { 'ssm:/b': '' }, 'ssm:/b: is empty'],
  ['has no images', { 'ssm:/b': 'images: []' }, 'ssm:/b:1: images is empty'],
  ['is half written', { 'ssm:/b': '- alpine:3\n- "ngi' }, 'ssm:/b:2: '],
  [
    'fills a repository of another place',
    { 'ssm:/b': '- {source: "quay.io/a/b:1", repository: mirror/busybox}' },
    'images[0] of ssm:/a',
  ],
])('uses the last good lists while a place %s, and notes the problem', async (_, broken, problem) => {
  const { read, kept } = bucket()
  await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '- alpine:3' })
  const good = kept()
  const run = await read({ 'ssm:/a': '[docker.io/library/busybox:1, nginx:1]', ...broken }, LATER)
  expect(sourcesOf(run)).toEqual(['redis:7.4', 'busybox:1', 'alpine:3'])
  expect(run.notes?.broken).toEqual({ problem: expect.stringContaining(problem), since: AT })
  expect(kept()).toBe(good)
  const mended = await read({ 'ssm:/a': '[busybox:1, nginx:1]', 'ssm:/b': '- alpine:3' }, LATER)
  expect(sourcesOf(mended)).toHaveLength(4)
  expect(mended.notes?.broken).toBeUndefined()
})

test('names the problems of all places at once', async () => {
  const run = bucket().read({ 'ssm:/a': '- {surce: redis}', 'ssm:/b': '- alpine:3\n- {tgs: 1}' })
  await expect(run).rejects.toThrow(/^ssm:\/a:1: [^\n]*\nssm:\/b:2: /)
})

test('refuses a broken list without an earlier one, and one of other places', async () => {
  const { read } = bucket()
  await expect(read({ 'ssm:/a': '- busybox:1' })).rejects.toThrow('ssm:/b does not exist')
  await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '- alpine:3' })
  await expect(read({}, LATER, world(['ssm:/a', 'ssm:/c']))).rejects.toThrow('ssm:/a does not exist')
})

test('refuses a broken list if the deployed list no longer allows the earlier one', async () => {
  const { read } = bucket()
  await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '- alpine:3' })
  const narrower = world(['ssm:/a', 'ssm:/b'], { allowedRegistries: ['quay.io'], images: ['quay.io/a/b:1'] })
  await expect(read({ 'ssm:/a': '', 'ssm:/b': '- alpine:3' }, LATER, narrower)).rejects.toThrow(
    'ssm:/a: is empty',
  )
})

test('does not take a throttled read for a broken list', async () => {
  const { read } = bucket()
  await read({ 'ssm:/a': '- busybox:1', 'ssm:/b': '- alpine:3' })
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })
  await expect(read({ 'ssm:/a': '', 'ssm:/b': throttled })).rejects.toBe(throttled)
})
