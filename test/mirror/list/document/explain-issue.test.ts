// Explains schema issues to the document's author.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { explainIssue } from '../../../../mirror/list/document/explain-issue.ts'
import { fromValue } from '../../../../mirror/list/document/source-text.ts'

const schema = z.strictObject({
  on: z.boolean().optional(),
  mode: z.enum(['fast', 'safe']).optional(),
  names: z.array(z.string().min(2)).min(1).max(2).optional(),
  settings: z.record(z.string(), z.string()).prefault({}),
  code: z.string().regex(/^\d+$/, 'must be digits').optional(),
  nested: z.union([z.string(), z.strictObject({ size: z.number() })]).optional(),
})

function explain(value: unknown): string[] {
  const issues = schema.safeParse(value).error?.issues ?? []
  return issues.flatMap((issue) => explainIssue(issue, schema, fromValue(value, 'f'))).map(({ text }) => text)
}

test.each([
  [{ on: 'yes' }, 'on must be true or false, not the text "yes"'],
  [{ mode: 'quick' }, 'mode: "quick" is not allowed: one of fast, safe'],
  [{ mode: 'Fast' }, 'mode: "Fast" is not allowed; did you mean "fast"?'],
  [{ names: [] }, 'names is empty: give at least 1 entry'],
  [{ names: ['aa', 'bb', 'cc'] }, 'names must have at most 2 entries'],
  [{ names: 'a' }, 'names must be a list, not the text "a": write it as ["a"]'],
  [{ names: ['a'] }, 'names[0] must have at least 2 characters'],
  [{ names: [7] }, 'names[0] must be text: write it in quotes, "7"'],
  [{ names: [null] }, 'names[0] is empty: it must be text'],
  [{ settings: { a: true } }, 'settings.a must be text: write it in quotes, "true"'],
  [{ settings: [] }, 'settings must be a mapping of keys to values, not a list'],
  [{ nested: { size: '5' } }, 'nested.size must be a number: write it without quotes, 5'],
  [{ nested: { size: 'a' } }, 'nested.size must be a number, not the text "a"'],
  [{ code: 'x' }, 'code: "x" must be digits'],
  [{ nested: { sise: 1 } }, 'unknown key "sise" in nested; did you mean "size"?'],
  [{ names: {} }, 'names must be a list, not a mapping: start each of its entries with "- "'],
  [{ nested: { 'a:b': 5 } }, 'unknown key "a:b" in nested; the keys are size'],
  [{ nested: 5 }, 'nested must be text or a mapping of keys to values, not 5'],
  [{ naems: [] }, 'unknown key "naems"; did you mean "names"?'],
])('%j: %s', (value, text) => {
  expect(explain(value)).toContain(text)
})
