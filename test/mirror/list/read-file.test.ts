import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { readNamedFile } from '../../../mirror/list/read-file.ts'

const read = (path: string) => readNamedFile(path, (file) => readFileSync(file, 'utf8'), 'its text')

test.each([
  [
    '/none/key.pub',
    '"/none/key.pub" cannot be read: there is no file /none/key.pub; its path is relative to the list',
  ],
  [tmpdir(), 'cannot be read: it is a folder; name a file in it'],
  [`${import.meta.filename}/key.pub`, 'cannot be read: a part of its path is not a folder'],
])('explains why %s cannot be read', (path, words) => {
  expect(() => read(path)).toThrow(words)
})

test('keeps the reason of another reader', () => {
  const fail = () => {
    throw new Error('no such entry')
  }
  expect(() => readNamedFile('a', fail, 'its text')).toThrow('"a" cannot be read: no such entry')
})
