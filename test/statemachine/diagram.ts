// Draws the definition as a Mermaid flowchart, in the layout of the Step Functions console.

import { StatesErrorName } from '../../mirror/aws-error-name.ts'
import type { Graph, State } from './definition.ts'

const SHAPES: Readonly<Record<string, readonly [open: string, close: string]>> = {
  Task: ['[', ']'],
  Choice: ['{', '}'],
  Pass: ['(', ')'],
  Wait: ['[/', '/]'],
  Succeed: ['([', '])'],
  Fail: ['([', '])'],
}

/** The lines of a `flowchart TD`. */
export function diagramOf(graph: Graph): string[] {
  return ['flowchart TD', '  start((start))', `  start --> ${idOf(graph.StartAt)}`, ...linesOf(graph)]
}

function linesOf({ States }: Graph): string[] {
  const states = Object.entries(States)
  return [...states.flatMap(nodeOf), ...states.flatMap(edgesOf)].map((line) => `  ${line}`)
}

function nodeOf([name, state]: readonly [string, State]): string[] {
  const { ItemProcessor, Type } = state
  if (ItemProcessor) {
    return [`subgraph ${idOf(name)}["${name}: ${howMany(state)}"]`, ...linesOf(ItemProcessor), 'end']
  }
  const [open, close] = SHAPES[Type] ?? ['[', ']']
  return [`${idOf(name)}${open}"${name}"${close}`]
}

function howMany({ MaxConcurrency, ItemReader }: State): string {
  const what = ItemReader === undefined ? 'inline Map' : 'Distributed Map'
  return `${what}, ${MaxConcurrency === 1 ? 'one at a time' : `${MaxConcurrency} at a time`}`
}

function edgesOf([name, state]: readonly [string, State]): string[] {
  const from = idOf(name)
  const choices = (state.Choices ?? []) as readonly (Rule & { readonly Next: string })[]
  return [
    ...(state.Next === undefined ? [] : [`${from} --> ${idOf(state.Next)}`]),
    ...choices.map((rule) => `${from} -- "${conditionOf(rule)}" --> ${idOf(rule.Next)}`),
    ...(state.Default === undefined ? [] : [`${from} -- otherwise --> ${idOf(state.Default)}`]),
    ...catchesOf(state).map(([next, errors]) => `${from} -. "${errors}" .-> ${idOf(next)}`),
  ]
}

/** Merges the catchers of a state that lead to the same handler. */
function catchesOf({ Catch = [] }: State): (readonly [string, string])[] {
  return [...Map.groupBy(Catch, ({ Next }) => Next)].map(([next, catchers]) => {
    const errors = catchers.flatMap(({ ErrorEquals }) => ErrorEquals)
    const named = errors.filter(
      (error) => error !== StatesErrorName.All && error !== StatesErrorName.DataLimitExceeded,
    )
    const all = errors.includes(StatesErrorName.All)
      ? [named.length === 0 ? 'any error' : 'any other error']
      : []
    return [next, [...named.map(short), ...all].join(', ')]
  })
}

function short(error: string): string {
  return error.replace(/^\w+\./, '')
}

interface Rule {
  readonly Variable?: string
  readonly And?: readonly Rule[]
  readonly [test: string]: unknown
}

const RELATIONS: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  NumericLessThan: 'is below',
  NumericGreaterThan: 'is above',
}

function conditionOf({ Variable, And, Next: _, ...tests }: Rule): string {
  if (And) return And.map(conditionOf).join(' and ')
  const [[test, value] = ['', '']] = Object.entries(tests)
  const what = (Variable ?? '').replace(/^\$\./, '')
  if (test === 'IsPresent') return `${what} is ${value ? 'present' : 'absent'}`
  if (test === 'BooleanEquals') return value ? what : `not ${what}`
  const relation = RELATIONS[test]
  if (relation === undefined) throw new Error(`the diagram has no words for ${test}; add them to RELATIONS`)
  return `${what} ${relation} ${value}`
}

function idOf(name: string): string {
  return name
    .replaceAll(/[^a-zA-Z]+/g, ' ')
    .trim()
    .replaceAll(' ', '_')
    .toLowerCase()
}
