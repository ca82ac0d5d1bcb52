import { expect, test } from 'vitest'
import { renderRemarks } from '../../../cli/run/remarks.ts'
import type { RunDocument } from '../../../local/run-document.ts'

function noted(target: string, ...notes: string[]): RunDocument['pairs'][number] {
  return { image: 'a', target, repository: 'a', outcome: 'missing', tags: [], bytes: 0, seconds: 0, notes }
}

test('prints a note of several targets once, apart from what else there is to say', () => {
  const pairs = [
    noted('one', 'of the 3 tags of a, 1 is selected'),
    noted('two', 'of the 3 tags of a, 1 is selected'),
  ]
  expect(renderRemarks({ pairs, notices: ['b expires soon'] }, 80)).toEqual([
    '',
    'note: of the 3 tags of a, 1 is selected',
    'b expires soon',
  ])
  expect(renderRemarks({ pairs: [noted('one')] }, 80)).toEqual([])
})

test('prints a limited number of notes', () => {
  const notes = Array.from({ length: 52 }, (_, index) => `note ${index}`)
  expect(renderRemarks({ pairs: [noted('one', ...notes)] }, 80).at(-1)).toBe(
    'and 2 more notes; --json prints all of them',
  )
})
