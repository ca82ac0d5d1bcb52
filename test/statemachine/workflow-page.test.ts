// docs/workflow.md matches the definition.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allStates, definition, type State } from './definition.ts'
import { diagramOf } from './diagram.ts'
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

test('draws a comparison as what it compares, and refuses one that it has no words for', () => {
  const draw = (rule: object) => {
    const choice: State = { Type: 'Choice', Choices: [{ ...rule, Next: 'End' }] }
    return diagramOf({ StartAt: 'Ask', States: { Ask: choice, End: { Type: 'Succeed' } } })
  }
  expect(draw({ Variable: '$.count', NumericGreaterThan: 0 })).toContain(
    '  ask -- "count is above 0" --> end',
  )
  expect(() => draw({ Variable: '$.count', NumericEqualsPath: '$.other' })).toThrow('NumericEqualsPath')
})
