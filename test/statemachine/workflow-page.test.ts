// docs/workflow.md matches the definition.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allStates, definition } from './definition.ts'
import { PAGE, redrawn } from './workflow-page.ts'

const page = readFileSync(PAGE, 'utf8')

test('draws the current definition (npm run docs redraws it)', () => {
  expect(page).toBe(redrawn(page))
})

test.each(allStates(definition()).map(([name]) => [name]))('explains the state "%s"', (name) => {
  const [, , text = ''] = page.split('```')
  expect(text).toContain(`**${name}**`)
})

test('names only states of the definition', () => {
  const names = new Set(allStates(definition()).map(([name]) => name))
  const [, , text = ''] = page.split('```')
  const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name]) => name ?? '')
  expect(bold.filter((name) => !names.has(name))).toEqual([])
})
