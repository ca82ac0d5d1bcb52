import { expect, test } from 'vitest'
import { parseLinks } from '../../../registry/manifests/link.ts'

test.each<[string, string, ReturnType<typeof parseLinks>]>([
  ['one link', '</p?a=1>; rel="next"', [{ target: '/p?a=1', relations: ['next'] }]],
  [
    'commas and semicolons in brackets and quotes',
    '</p?a=1,2;b=3>; title="x, y; z"; rel=next, <q>',
    [
      { target: '/p?a=1,2;b=3', relations: ['next'] },
      { target: 'q', relations: [] },
    ],
  ],
  ['an apostrophe', "</it's>; rel='next'", [{ target: "/it's", relations: ['next'] }]],
  ['a quote that nothing closes', '</p>; rel="next', [{ target: '/p', relations: ['next'] }]],
  ['nothing', '', []],
  ['separators alone', ',;,;;', []],
])('reads %s', (_, header, links) => {
  expect(parseLinks(header)).toEqual(links)
})

test.each(['<', '>', '"', "='", ',<', '<>,', ';rel=', '; ', ' ', '</p>;rel="next",'])(
  'reads 64 KB of %j in linear time',
  (text) => {
    const started = performance.now()
    parseLinks(text.repeat(65_536 / text.length))
    expect(performance.now() - started).toBeLessThan(1_000)
  },
)
