// Scripts of pages, and the output below them.
import { expect, test } from 'vitest'
import { scriptsOf } from './script.ts'

test('the output of a script is the text below it', () => {
  const text =
    '```sh\na\n```\n\nprints:\n\n```text\nout\n```\n\n```sh\nb\n```\n\n## Next\n\n```text\nother\n```\n'
  expect(scriptsOf({ name: 'page.md', text })).toEqual([
    { place: 'page.md:2', page: 'page.md', text: 'a\n', output: 'out\n' },
    { place: 'page.md:12', page: 'page.md', text: 'b\n' },
  ])
})
