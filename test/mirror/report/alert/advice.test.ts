// The advice on an error is that of the runbook, and names its section.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ADVISED, adviceFor, whatToDo } from '../../../../mirror/report/alert/advice.ts'

const RUNBOOK = readFileSync(join(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8').split('\n')
const ROWS = RUNBOOK.filter((line) => line.startsWith('| `'))
const HEADINGS = RUNBOOK.filter((line) => line.startsWith('## ')).map((line) => line.slice(3))

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}

/** What the table says about an error for pairs: its advice, and the section to read. */
function rowsOf(name: string): string[] {
  return ROWS.filter((row) => row.split('|')[1]?.includes(`\`${name}\``))
}

describe.each(ADVISED)('%s', (name) => {
  const [, advice = '', anchor = ''] =
    /^What to do: (.*) \(docs\/runbook\.md#(.*)\)$/.exec(whatToDo('failed', name)) ?? []

  test('has the advice and the section of the table', () => {
    expect(advice).toBe(adviceFor(name))
    expect(rowsOf(name).some((row) => row.includes(`[${advice}](#${anchor})`))).toBe(true)
  })

  test('has a section that exists', () => {
    expect(HEADINGS.map(anchorOf)).toContain(anchor)
  })
})

test('every error of a pair in the table has advice', () => {
  const names = ROWS.filter((row) => /\| `(?:failed|deferred)` \|/.test(row)).flatMap(
    (row) => row.split('|')[1]?.match(/(?<=`)[\w.]+(?=`)/g) ?? [],
  )
  expect(names.filter((name) => !ADVISED.includes(name))).toEqual([])
})

test('an error that the runbook does not have is to be reported if it persists', () => {
  expect(whatToDo('failed', 'Odd')).toBe('What to do: rerun the pairs; if they fail again, open an issue')
})

test('a deferred pair needs nothing, and the advice prevents the next deferral', () => {
  expect(whatToDo('deferred', 'RateLimited')).toBe(
    'What to do: nothing, because the next run continues; to prevent it, set credentials (docs/runbook.md#ratelimited)',
  )
  expect(whatToDo('deferred', undefined)).toBe('What to do: nothing, because the next run continues')
})
