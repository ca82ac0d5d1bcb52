import { expect, test } from 'vitest'
import type { WireResponse } from '../../../registry/http/transport.ts'
import { MAX_PAGES, nextPage, readPages } from '../../../registry/manifests/pages.ts'

const ASKED = new URL('https://registry.example/v2/app/tags/list?n=1000')

function response(link?: string | string[], url = ASKED): WireResponse {
  return { headers: link === undefined ? {} : { link }, url } as unknown as WireResponse
}

test.each([
  [
    'relative',
    '</v2/app/tags/list?last=x&n=1000>; rel="next"',
    'https://registry.example/v2/app/tags/list?last=x&n=1000',
  ],
  ['absolute', '<https://other.example/p2>; rel="next"', 'https://other.example/p2'],
  ['without quotes', '</p2>; rel=next', 'https://registry.example/p2'],
  ['second of two', '</p0>; rel="prev", </p2>; rel="next"', 'https://registry.example/p2'],
  ['with more than one relation', '</p2>; rel="last next"', 'https://registry.example/p2'],
  ['of another relation', '</p2>; rel="prev"', undefined],
  ['not there', undefined, undefined],
  ['no URL', '<https://>; rel="next"', undefined],
])('a Link that is %s', (_, link, expected) => {
  expect(nextPage(response(link))?.href).toBe(expected)
})

test('row 58: ten thousand pages are enough', async () => {
  let pages = 0
  const reading = readPages(
    ASKED,
    async (url) => response(`</p${pages++}>; rel="next"`, url),
    async () => true,
  )
  await expect(reading).rejects.toThrow(/more than 10000 pages/)
  expect(pages).toBe(MAX_PAGES)
})
