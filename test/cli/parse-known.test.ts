import { expect, test } from 'vitest'
import * as z from 'zod'
import { parseKnown } from '../../cli/parse-known.ts'

const schema = z.strictObject({
  run: z.string(),
  pairs: z.array(
    z.strictObject({ image: z.string(), times: z.strictObject({ waited: z.int() }).optional() }),
  ),
})

test('leaves out the keys that a newer version added, wherever they are', () => {
  const pair = { image: 'redis', times: { waited: 1, queued: 2 }, cost: { usd: 1 } }
  const document = { run: 'a', costs: [], pairs: [{ image: 'nginx' }, pair] }
  expect(parseKnown(schema, document).data).toEqual({
    run: 'a',
    pairs: [{ image: 'nginx' }, { image: 'redis', times: { waited: 1 } }],
  })
})

test.each([
  ['a missing key', { pairs: [] }],
  ['a missing key beside an unknown one', { pairs: [], costs: [] }],
  ['another type', { run: 1, pairs: [] }],
  ['no document', undefined],
])('refuses %s', (_, document) => {
  expect(parseKnown(schema, document).success).toBe(false)
})
