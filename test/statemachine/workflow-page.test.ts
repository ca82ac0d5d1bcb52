// The page that explains the workflow is about the workflow that there is.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allStates, definition } from './definition.ts'
import { PAGE, redrawn } from './workflow-page.ts'

const page = readFileSync(PAGE, 'utf8')

test('its graph is that of the definition; `npm run docs` draws it again', () => {
  expect(page).toBe(redrawn(page))
})

test.each(allStates(definition()).map(([name]) => [name]))('it says what "%s" is for', (name) => {
  const [, , text = ''] = page.split('```')
  expect(text).toContain(`**${name}**`)
})

test('it names no state that there is not', () => {
  const names = new Set(allStates(definition()).map(([name]) => name))
  const [, , text = ''] = page.split('```')
  const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name]) => name ?? '')
  expect(bold.filter((name) => !names.has(name))).toEqual([])
})
