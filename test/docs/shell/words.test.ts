// Scripts are split into simple commands.
import { expect, test } from 'vitest'
import { commandsOf } from './words.ts'

test.each([
  [
    'npm ci && npm start   # runs it',
    [
      ['npm', 'ci'],
      ['npm', 'start'],
    ],
  ],
  ["aws s3 cp a - \\\n  --query 'x | y' > out.json", [['aws', 's3', 'cp', 'a', '-', '--query', 'x | y']]],
  ["cat >> a.yaml <<'EOF'\n- nginx; rm\nEOF\nnpm test", [['cat'], ['npm', 'test']]],
  ['a | while read -r line; do\n  b "$line"\ndone', [['a'], ['read', '-r', 'line'], ['b', '$line']]],
  ['echo "a \\"b\\" c"', [['echo', 'a \\"b\\" c']]],
  ['# only a comment\n', []],
  ['HERE=$(go env GOPATH)/bin npm test', [['npm', 'test']]],
])('reads the commands of %j', (script, words) => {
  expect(commandsOf(script)).toEqual(words)
})

test('rejects a quotation without an end in linear time', () => {
  expect(() => commandsOf(`echo "${'\\a'.repeat(10_000)}`)).toThrow('cannot read this part of a script')
})
