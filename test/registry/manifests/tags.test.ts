import { expect, test } from 'vitest'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { answer, cut, headers, refuse, resetAfter } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { imageOf } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'

const TAGS = /tags\/list/

async function prepared(count: number, quirks: Quirks = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ quirks }))
  const image = imageOf([])
  const names = Array.from({ length: count }, (_, index) => `v${index}`)
  for (const name of names) await seedImage(registry, image, name)
  const client = stack.use(testClient())
  const repository = await client.open(registry.address)
  const list = async () => (await repository.listTags()).sort()
  return {
    registry,
    repository,
    names: names.sort(),
    list,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** A page with any content. */
function page(tags: unknown, extra: Record<string, string> = {}) {
  return answer(
    200,
    { 'content-type': 'application/json', ...extra },
    JSON.stringify({ name: 'team/app', tags }),
  )
}

test('reads tags from all pages', async () => {
  await using setup = await prepared(25, { maxTagsPerPage: 1000, tagsPerPage: 10 })
  expect(await setup.list()).toEqual(setup.names)
})

test('row 59: requests at most 1,000 tags per page', async () => {
  await using setup = await prepared(3, { maxTagsPerPage: 1000, opaqueTagPages: true, locations: 'absolute' })
  expect(await setup.list()).toEqual(setup.names)
  expect(setup.registry.matching(TAGS)[0]?.path).toContain('n=1000')
})

test('row 60: omits invalid tags and duplicates', async () => {
  await using setup = await prepared(1)
  const tags = [
    'v1',
    'v1',
    `sha256:${'a'.repeat(64)}`,
    'x'.repeat(200),
    'ünicode',
    '.hidden',
    '',
    null,
    7,
    'v2',
  ]
  setup.registry.faults.add(TAGS, page(tags))
  expect(await setup.list()).toEqual(['v1', 'v2'])
})

test.each([
  ['null', page(null)],
  ['nothing', page(undefined)],
  ['an empty list', page([])],
  ['plain text by its type', page([], { 'content-type': 'text/plain' })],
])('row 60: omits tags that are %s', async (_, action) => {
  await using setup = await prepared(1)
  setup.registry.faults.add(TAGS, action)
  expect(await setup.list()).toEqual([])
})

test.each([
  ['breaks off', resetAfter(20)],
  ['is cut', cut(20)],
  ['is a proxy’s', answer(200, { 'content-type': 'text/html' }, '<html>')],
])('a page that %s once is asked for again', async (_, action) => {
  await using setup = await prepared(5)
  setup.registry.faults.add(TAGS, action)
  expect(await setup.list()).toEqual(setup.names)
  expect(setup.registry.matching(TAGS)).toHaveLength(2)
})

test.each([
  ['no JSON', answer(200, {}, '<html>')],
  ['no list', page('v1')],
  ['a bare list', answer(200, {}, '["v1"]')],
  ['an error with 200', answer(200, {}, '{"errors":[{"code":"DENIED","message":"go away"}]}')],
])('reports a response that is %s', async (_, action) => {
  await using setup = await prepared(1)
  setup.registry.faults.add({ on: TAGS, times: 9 }, action)
  await expect(setup.list()).rejects.toThrow(
    /127\.0\.0\.1:\d+\/team\/app responded to the request for its tags with/,
  )
})

test('row 58: fails if a registry links to the same page', async () => {
  await using setup = await prepared(1)
  const same = page(['v1'], { link: '</v2/team/app/tags/list?n=1000>; rel="next"' })
  setup.registry.faults.add({ on: TAGS, times: 99 }, same)
  await expect(setup.list()).rejects.toThrow(/page 1 links back to "\?n=1000"/)
  expect(setup.registry.matching(TAGS)).toHaveLength(1)
})

test.each([
  ['empty', []],
  ['null', null],
  ['missing', undefined],
  ['digests', [`sha256:${'a'.repeat(64)}`]],
  ['the first page again', ['v0']],
])('row 60: skips pages whose tags are %s', async (_, tags) => {
  await using setup = await prepared(3, { tagsPerPage: 1, maxTagsPerPage: 1000 })
  const cursors = ['skip=1', 'skip=2', 'skip=3', 'last=v0']
  setup.registry.faults.add({ on: TAGS, skip: 1, times: cursors.length }, (...exchange) =>
    page(tags, { link: `</v2/team/app/tags/list?${cursors.shift()}>; rel="next"` })(...exchange),
  )
  expect(await setup.list()).toEqual(setup.names)
})

test.each([400, 403, 404, 405, 406, 409, 410, 413, 414, 416, 417, 422, 431, 500, 501])(
  'row 59: omits a page size that is refused with %i',
  async (status) => {
    await using setup = await prepared(3, { tagsPerPage: 2, maxTagsPerPage: 1000 })
    setup.registry.faults.add({ on: /[?&]n=1000/, times: 99 }, answer(status))
    expect(await setup.list()).toEqual(setup.names)
  },
)

test('row 59: reports the second reason if the list is refused without a page size too', async () => {
  await using setup = await prepared(1)
  setup.registry.faults.add({ on: TAGS, times: 99 }, refuse(403, 'DENIED', 'not for you'))
  await expect(setup.list()).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(setup.registry.matching(TAGS)).toHaveLength(2)
})

test.each([401, 429])('does not blame the page size for a %i', async (status) => {
  await using setup = await prepared(1)
  setup.registry.faults.add({ on: TAGS, times: 99 }, answer(status))
  await expect(setup.list()).rejects.toThrow()
  expect(setup.registry.matching(/tags\/list$/)).toHaveLength(0)
})

test('continues after an empty page', async () => {
  await using setup = await prepared(2)
  setup.registry.faults.add(TAGS, page([], { link: '</v2/team/app/tags/list?n=999>; rel="next"' }))
  expect(await setup.list()).toEqual(setup.names)
})

test('repeats only one page after a 429', async () => {
  await using setup = await prepared(25, { tagsPerPage: 5, maxTagsPerPage: 1000 })
  setup.registry.faults.add({ on: TAGS, skip: 2, times: 3 }, refuse(429, 'TOOMANYREQUESTS', 'slow down'))
  setup.registry.faults.add({ on: TAGS, skip: 0 }, headers({}))
  expect(await setup.list()).toEqual(setup.names)
})

test('fails for a missing repository', async () => {
  await using setup = await prepared(0)
  await expect(setup.list()).rejects.toMatchObject({ kind: 'notFound' })
})
