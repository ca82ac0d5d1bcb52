import { expect, test } from 'vitest'
import { parseChallenges } from '../../../registry/auth/challenge.ts'
import { AT_MOST_LINEAR, growth } from '../../support/growth.ts'

const BEARER = { scheme: 'bearer', params: { realm: 'https://auth.example/token', service: 'registry' } }
const BASIC = { scheme: 'basic', params: { realm: 'all' } }

test.each([
  ['one', 'Bearer realm="https://auth.example/token",service="registry"', [BEARER]],
  [
    'row 2: two in one header',
    'Basic realm="all", Bearer realm="https://auth.example/token",service="registry"',
    [BASIC, BEARER],
  ],
  ['row 2: odd case', 'BEARER Realm="https://auth.example/token", SERVICE="registry"', [BEARER]],
  [
    'row 2: escaped quotes',
    'Basic realm="the \\"one\\" \\\\ only"',
    [{ scheme: 'basic', params: { realm: 'the "one" \\ only' } }],
  ],
  [
    'commas in quotes',
    'Bearer scope="repository:a:pull,push",realm="r"',
    [{ scheme: 'bearer', params: { scope: 'repository:a:pull,push', realm: 'r' } }],
  ],
  ['single quotes', "Bearer realm='https://auth.example/token',service='registry'", [BEARER]],
  ['space around =', 'Basic realm = "all"', [BASIC]],
  ['values without quotes', 'Bearer realm=https://auth.example/token,service=registry', [BEARER]],
  ['a scheme with nothing', 'Negotiate, Basic realm="all"', [{ scheme: 'negotiate', params: {} }, BASIC]],
  [
    'a scheme with a token',
    'Negotiate YWJj==, Basic realm="all"',
    [{ scheme: 'negotiate', params: {} }, BASIC],
  ],
  ['empty elements', ' , Basic realm="all",, ', [BASIC]],
  ['a parameter twice', 'Basic realm="all", realm="other"', [BASIC]],
  ['no end of a quote', 'Basic realm="all', [BASIC]],
  ['nothing', '', []],
  ['garbage', '"""', []],
])('%s', (_, header, expected) => {
  const parsed = parseChallenges(header).map(({ scheme, params }) => ({
    scheme,
    params: Object.fromEntries(params),
  }))
  expect(parsed).toEqual(expected)
})

test.each(['a="\\', 'a,', '='])('parses a long header of %j in linear time', (text) => {
  const parse = (size: number) => parseChallenges(`Bearer ${text.repeat(size)}`)
  expect(growth(5_000, parse)).toBeLessThan(AT_MOST_LINEAR)
})
