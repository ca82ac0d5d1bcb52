// The examples of docs/verify.md are lists that work, and its tables name what there is.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ErrorName } from '../../mirror/error-name.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { verifyRuleSchema } from '../../mirror/list/proof/verify-rules.ts'
import { keyPair } from '../signatures/signed.ts'

const PAGE = readFileSync('docs/verify.md', 'utf8')
const EXAMPLES = [...PAGE.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text)
const { pem } = keyPair()

test('there are examples', () => expect(EXAMPLES.length).toBeGreaterThan(0))

test.each(EXAMPLES)('an example is a valid list: %s', (example) => {
  const list = parseList(`regions: [us-east-1]\n${example}`, 'docs/verify.md', (path) => {
    if (path.endsWith('.pub')) return pem
    throw new Error('no such file')
  })
  expect(list.images.length).toBeGreaterThan(0)
})

test('the page has every key of a rule, and every error of a signature', () => {
  for (const key of Object.keys(verifyRuleSchema.shape)) expect(PAGE).toContain(`| \`verify.${key}\` |`)
  for (const name of Object.values(ErrorName).filter((one) => one.startsWith('Signature')))
    expect(PAGE).toContain(`\`${name}\``)
})
