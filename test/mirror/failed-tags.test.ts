// Describes tags that fail alone.
import { expect, test } from 'vitest'
import { failedTagSchema } from '../../mirror/documents.ts'
import { describeFailedTags, failedTag } from '../../mirror/failed-tags.ts'
import { namedError } from '../../mirror/failure.ts'

const gone = (tag: string, message = `no ${tag}`) => failedTag({ tag }, namedError('SourceNotFound', message))

test('a failed tag has its name, its reason, and the name of its error', () => {
  const tag = failedTag({ tag: '7.4' }, namedError('SourceNotFound', 'no\u0007such tag'))
  expect(failedTagSchema.parse(tag)).toEqual({ tag: '7.4', name: 'SourceNotFound', message: 'no such tag' })
})

test('one tag of one is told as its own error', () => {
  expect(describeFailedTags([gone('1')], 1)).toEqual({ name: 'SourceNotFound', message: 'no 1' })
})

test('one tag of several is named', () => {
  expect(describeFailedTags([gone('1')], 3).message).toBe('1 of 3 tags failed: 1: no 1')
})

test('tags with one reason are told together, others apart, by the name of the first', () => {
  const blocked = failedTag({ tag: 'c' }, namedError('AccessDenied', '451'))
  const { name, message } = describeFailedTags([gone('a', 'gone'), gone('b', 'gone'), blocked], 5)
  expect([name, message]).toEqual(['SourceNotFound', '3 of 5 tags failed: a, b: gone; c: 451'])
})

test.each([
  ['with long reasons', (index: number) => gone(`${index}`, `${index} ${'x'.repeat(5_000)}`)],
  ['with long names', (index: number) => gone(`${'t'.repeat(120)}${index}`)],
  ['with one reason', (index: number) => gone(`${'t'.repeat(120)}${index}`, 'gone')],
])('a thousand tags %s fit into an alert: the first are named, the rest are counted', (_, one) => {
  const { message } = describeFailedTags(
    Array.from({ length: 1_000 }, (_, index) => one(index)),
    2_000,
  )
  expect(message).toMatch(/^1000 of 2000 tags failed: .* and \d+ more/)
  expect(message.length).toBeLessThanOrEqual(1_000)
})
