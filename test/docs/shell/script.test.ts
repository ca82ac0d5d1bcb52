import { expect, test } from 'vitest'
import { commandsOf, scriptsOf } from './script.ts'

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
  ['# only a comment\n', []],
  ['HERE=$(go env GOPATH)/bin npm test', [['npm', 'test']]],
])('reads the commands of %j', (script, words) => {
  expect(commandsOf(script)).toEqual(words)
})

test('the output of a script is the text below it', () => {
  const text =
    '```sh\na\n```\n\nprints:\n\n```text\nout\n```\n\n```sh\nb\n```\n\n## Next\n\n```text\nother\n```\n'
  expect(scriptsOf({ name: 'page.md', text })).toEqual([
    { place: 'page.md:2', page: 'page.md', text: 'a\n', output: 'out\n' },
    { place: 'page.md:12', page: 'page.md', text: 'b\n' },
  ])
})
