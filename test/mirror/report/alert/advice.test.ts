// The advice of an alert is that of the runbook.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ADVISED, adviceFor } from '../../../../mirror/report/alert/advice.ts'

const ROWS = readFileSync(join(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))

test.each(ADVISED)('%s', (name) => {
  const found = ROWS.filter((row) => row.split('|')[1]?.includes(`\`${name}\``))
  expect(found.length).toBeGreaterThan(0)
  expect(found.some((row) => row.includes(`[${adviceFor(name)}](#`))).toBe(true)
})

test('names the runbook for all other errors', () => {
  expect(adviceFor('Odd')).toBe('see Odd in docs/runbook.md')
})
