/**
 * Computes the input of a rule's target: the event, a part of it, a constant, or a filled template.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import { asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'

/** The text that the target receives. */
export function targetInput(target: JsonObject, event: JsonObject, ruleArn: string): string {
  if (target.Input !== undefined) return asString(target.Input, 'Input')
  if (target.InputPath !== undefined)
    return JSON.stringify(select(asString(target.InputPath, 'InputPath'), event))
  if (target.InputTransformer === undefined) return JSON.stringify(event)
  const { InputPathsMap, InputTemplate } = asObject(target.InputTransformer, 'InputTransformer')
  const values: Record<string, Json | undefined> = {
    'aws.events.rule-arn': ruleArn,
    'aws.events.event': event,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': new Date().toISOString(),
  }
  for (const [name, path] of Object.entries(isObject(InputPathsMap) ? InputPathsMap : {})) {
    values[name] = select(asString(path, name), event)
  }
  return fill(asString(InputTemplate, 'InputTemplate'), values)
}

/** `$.detail.name`, `$.resources[0]`, `$.detail['a-b']`. */
function select(path: string, event: Json): Json | undefined {
  const steps = path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]/g)
  let value: Json | undefined = event
  for (const [, name, index, quoted] of steps) {
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined
    else value = isObject(value) ? value[name ?? quoted ?? ''] : undefined
  }
  return value
}

/**
 * Inside quotes, `<name>` is replaced by escaped text; outside, by JSON, where a string has its own quotes. The quotes
 * of the template stay in the result.
 */
function fill(template: string, values: Readonly<Record<string, Json | undefined>>): string {
  let inString = false
  return template.replaceAll(/\\.|"|<([A-Za-z0-9_.-]+)>/gs, (token, name?: string) => {
    if (token === '"') inString = !inString
    if (name === undefined || !(name in values)) return token
    const value = values[name]
    if (!inString) return JSON.stringify(value ?? null)
    if (value === undefined || value === null) return ''
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1)
  })
}
