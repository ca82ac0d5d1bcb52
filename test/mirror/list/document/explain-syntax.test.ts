// Explains syntax errors to the document's author. validate.test.ts has a list for each kind.

import { expect, test } from 'vitest'
import { LineCounter, parseDocument } from 'yaml'
import { explainSyntax } from '../../../../mirror/list/document/explain-syntax.ts'

function explain(text: string) {
  const lines = new LineCounter()
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  return explainSyntax(errors, text, lines)
}

test('one mistake is one problem, whatever it does to the lines below', () => {
  expect(explain("a: [b, 'c]\nd: 'x'\ne: 'y'\n")).toEqual([
    { path: ['a'], line: 1, text: `"a: [b, 'c]" has a quote, ', that is not closed; add it` },
  ])
})

test('mistakes that do not confuse the parser are all reported, one for each line', () => {
  const problems = explain('a: "\\d\\d"\nb: @x\nc: "\\d"\nc: 2\nd: [1\ne: 2\nf: [1\n')
  expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5])
})

test.each([
  ['a: 1\n- b: 2', 'starts a list where a key must be'],
  ['a: | b', 'continues after the end of a value'],
  ['a: "b" c', 'continues after the end of a value'],
  ['{"a": 1,, "b": 2}', 'has a "," too many'],
  ['{"a": {"b": 1}', 'has a "{" that is not closed; add "}"'],
  ['a: [1, 2\nb: 3', 'has a "[" that is not closed; add "]"'],
  ['what is this\na: 1', 'is not a key with a value; write it as "key: value"'],
  ['%YAML 9\n---\na: 1', ''],
])('%j: %s', (text, words) => {
  expect(
    explain(text)
      .map((problem) => problem.text)
      .join(),
  ).toContain(words)
})

test('does not quote what is behind the key of a secret', () => {
  const texts = [
    'a: {password: @hunter2}',
    "a: {accessToken: 'hunter2}",
    'secret: hunter2: 3',
    '"token" : @hunter2',
  ].map((text) =>
    explain(text)
      .map((problem) => problem.text)
      .join(),
  )
  for (const text of texts) expect(text).toMatch(/: …["']/)
  expect(texts.join()).not.toContain('hunter2')
})

test.each([
  ['a:\n\tb: "1"', `'b: "1"' is indented`],
  ["a:\n\tb: '1'", `"b: '1'" is indented`],
  [`a:\n\tb: ['1', "2"]`, '`b: [\'1\', "2"]` is indented'],
])('quotes %j in marks that the line does not have', (text, words) => {
  expect(explain(text)[0]?.text).toContain(words)
})

test('a long line is quoted in part, without control characters', () => {
  const [problem] = explain(`a: @${'x'.repeat(10_000)}\u0007\n`)
  expect(problem?.text.length).toBeLessThan(200)
  expect(explain('a: @\u0007\n')[0]?.text).not.toContain('\u0007')
})

test('takes no longer for many mistakes on one line, or far below the last key', () => {
  expect(explain(`a: "${'\\d'.repeat(5_000)}"`)).toHaveLength(1)
  expect(explain(`a:\n${'  - @x\n'.repeat(4_000)}`).length).toBe(4_000)
})
