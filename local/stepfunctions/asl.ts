/** The parts of the Amazon States Language that the local run reads. https://states-language.net/spec.html */
import { asArray, asObject, isObject, type Json, type JsonObject } from '../json.ts'

/** A machine, or the part of one inside a Map or a Parallel. */
export interface States {
  readonly StartAt: string
  readonly States: Readonly<Record<string, JsonObject>>
}

export function parseDefinition(text: string): States & JsonObject {
  const definition = asObject(JSON.parse(text) as Json, 'the definition')
  asObject(definition.States, 'States of the definition')
  return definition as unknown as States & JsonObject
}

/** Yields every state with its name, including those inside Maps and Parallels. */
export function* everyState(machine: States): Generator<readonly [name: string, state: JsonObject]> {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state]
    for (const inner of innerMachines(state)) yield* everyState(inner)
  }
}

function innerMachines(state: JsonObject): States[] {
  const processor = state.ItemProcessor ?? state.Iterator
  const inner = [...(isObject(processor) ? [processor] : []), ...asArray(state.Branches)]
  return inner as unknown as States[]
}

/** Replaces every state of the machine with the result of `change` and keeps the order of keys. */
export function mapStates<T extends States>(
  machine: T,
  change: (name: string, state: JsonObject) => JsonObject,
): T {
  const States = Object.fromEntries(
    Object.entries(machine.States).map(([name, state]) => [name, mapInner(change(name, state), change)]),
  )
  return { ...machine, States }
}

function mapInner(state: JsonObject, change: (name: string, state: JsonObject) => JsonObject): JsonObject {
  const entries = Object.entries(state).map(([key, value]): [string, Json] => {
    if ((key === 'ItemProcessor' || key === 'Iterator') && isObject(value)) {
      return [key, mapStates(value as unknown as States, change) as unknown as Json]
    }
    if (key === 'Branches') {
      return [
        key,
        asArray(value).map((branch) => mapStates(branch as unknown as States, change) as unknown as Json),
      ]
    }
    return [key, value]
  })
  return Object.fromEntries(entries)
}
