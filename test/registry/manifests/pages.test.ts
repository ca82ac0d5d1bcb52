import { expect, test } from 'vitest'
import type { WireResponse } from '../../../registry/http/transport.ts'
import {
  MAX_PAGES,
  MAX_STALE_PAGES,
  nextPage,
  type Page,
  readPages,
} from '../../../registry/manifests/pages.ts'

const LIST = new URL('https://registry.example/v2/app/tags/list?n=1000')
const NEXT = 'https://registry.example/v2/app/tags/list?last=x&n=9'

function response(link?: string | string[], url = LIST): WireResponse {
  return { headers: link === undefined ? {} : { link }, url } as unknown as WireResponse
}

test.each([
  ['a path', '</v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['a query alone', '<?last=x&n=9>; rel="next"'],
  ['a URL', '<https://registry.example/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['a URL in plain HTTP', '<http://registry.example/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['another host', '<https://other.example/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['another port', '<https://registry.example:5000/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['another path', '</artifactory/api/docker/local/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['an invalid host', '<https://[::bad]:99999/v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['a URL with a fragment', '</v2/app/tags/list?last=x&n=9#top>; rel="next"'],
  ['a relation without quotes', '</v2/app/tags/list?last=x&n=9>; rel=next'],
  ['a relation in single quotes', "</v2/app/tags/list?last=x&n=9>; rel='next'"],
  ['a relation in capitals, with spaces', '</v2/app/tags/list?last=x&n=9> ;REL = "NEXT"'],
  ['several relations', '</v2/app/tags/list?last=x&n=9>; rel="last next"'],
  ['no relation', '</v2/app/tags/list?last=x&n=9>'],
  ['no brackets', '/v2/app/tags/list?last=x&n=9; rel="next"'],
  ['no brackets and no relation', '/v2/app/tags/list?last=x&n=9'],
  ['quotes for brackets', '"/v2/app/tags/list?last=x&n=9"; rel="next"'],
  ['one bracket', '</v2/app/tags/list?last=x&n=9; rel="next"'],
  ['other parameters', '</v2/app/tags/list?last=x&n=9>; title="a, b; rel=prev"; rel="next"; type=json'],
  ['several links', '</v2/app/tags/list>; rel="first", </v2/app/tags/list?last=x&n=9>; rel="next"'],
  ['several headers', ['</p?a=0>; rel="prev"', '</v2/app/tags/list?last=x&n=9>; rel="next"']],
])('row 58: continues the list at its own URL for a Link with %s', (_, link) => {
  expect(nextPage(response(link), LIST)?.href).toBe(NEXT)
})

test('keeps the query of a Link byte for byte', () => {
  const cursor = 'next_page=gAAAA%2Fb%3d%3D&n=50&x=a+b%20c'
  expect(nextPage(response(`</v2/app/tags/list?${cursor}>; rel="next"`), LIST)?.search).toBe(`?${cursor}`)
})

test.each([
  ['missing', undefined],
  ['empty', ''],
  ['of another relation', '</p2?last=x>; rel="prev"'],
  ['of other relations', '</p2?last=x>; rel="first", </p3?last=y>; rel=self'],
])('ends the list at a Link that is %s', (_, link) => {
  expect(nextPage(response(link), LIST)).toBeUndefined()
})

test.each([
  ['no query', '</v2/app/tags/list>; rel="next"'],
  ['an empty query', '</v2/app/tags/list?>; rel="next"'],
  ['no target', '<>; rel="next"'],
  ['nothing but a relation', '; rel="next"'],
  ['no sense', 'page 2'],
])('row 58: fails and quotes a Link with %s', (_, link) => {
  expect(() => nextPage(response(link), LIST)).toThrow(
    expect.objectContaining({
      kind: 'unavailable',
      message: `the list registry.example/v2/app/tags/list cannot be read to its end: its Link header has no query for the next page: "${link}"`,
    }),
  )
})

/** Pages without end. @param isNew - says whether a page brings anything new */
function endless(isNew: () => boolean): (url: URL) => Promise<Page> {
  let pages = 0
  return async (url) => ({ response: response(`<?page=${pages++}>; rel="next"`, url), isNew: isNew() })
}

test('row 58: fails after ten thousand pages', async () => {
  await expect(
    readPages(
      LIST,
      endless(() => true),
    ),
  ).rejects.toThrow(/more than 10000 pages/)
  expect(MAX_PAGES).toBe(10_000)
})

test('row 58: skips pages without new entries, and fails after too many', async () => {
  let pages = 0
  const read = endless(() => ++pages % MAX_STALE_PAGES === 0 && pages < 3 * MAX_STALE_PAGES)
  await expect(readPages(LIST, read)).rejects.toThrow(/1000 pages in a row have no new entries/)
  expect(pages).toBe(3 * MAX_STALE_PAGES)
})

test('row 58: fails if a list returns to an earlier page', async () => {
  const pages = ['<?page=1>; rel="next"', '<?page=2>; rel="next"', '<?page=1>; rel="next"']
  const reading = readPages(LIST, async (url) => ({ response: response(pages.shift(), url), isNew: true }))
  await expect(reading).rejects.toThrow(/page 3 links back to "\?page=1"/)
})
