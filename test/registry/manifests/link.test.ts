import { expect, test } from 'vitest'
import { parseLinks } from '../../../registry/manifests/link.ts'
import { AT_MOST_LINEAR, growth } from '../../support/growth.ts'

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
  'reads much of %j in linear time',
  (text) => {
    const read = (size: number) => parseLinks(text.repeat(size / text.length))
    expect(growth(16_384, read)).toBeLessThan(AT_MOST_LINEAR)
  },
)
