// Formats problems of a document.
import { expect, test } from 'vitest'
import { pathText, problemsOf, refuse } from '../../../../mirror/list/document/problems.ts'

test('a path reads as people write it', () => {
  expect(pathText(['images', 2, 'tags', 'include', 0])).toBe('images[2].tags.include[0]')
  expect(pathText([])).toBe('')
})

test('problems are told one per line, each once, with file and line', () => {
  const refused = () =>
    refuse('mirror.yaml', [
      { path: [], text: 'first', line: 3 },
      { path: [], text: 'second' },
      { path: [], text: 'second' },
    ])
  expect(refused).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: 'mirror.yaml:3: first\nmirror.yaml: second' }),
  )
})

test('a refusal has its problems, for programs', () => {
  const problem = { path: ['images', 0], text: 'first', line: 3 }
  const caught = (work: () => void): unknown => {
    try {
      work()
    } catch (error) {
      return error
    }
    return undefined
  }
  expect(problemsOf(caught(() => refuse('f', [problem, { ...problem }])))).toEqual([problem])
  expect(problemsOf(new Error('another'))).toBeUndefined()
})
