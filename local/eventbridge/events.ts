/**
 * Delivers status changes of executions: builds the event as AWS sends it and matches it against the rules of the
 * template. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
import { randomUUID } from 'node:crypto'
import type { Template } from '../cloudformation/template.ts'
import { asArray, isObject, type Json, type JsonObject } from '../json.ts'
import type { Ended, Identity } from '../stepfunctions/execution.ts'
import { targetInput } from './event-input.ts'
import { matchesPattern } from './event-pattern.ts'

export interface Delivery {
  readonly rule: string
  readonly targetArn: string
  readonly input: string
}

/** The deliveries that the template's rules make for an event. */
export function deliveries(template: Template, event: JsonObject): readonly Delivery[] {
  return template.resources('AWS::Events::Rule').flatMap(({ id, name, properties }) => {
    const { EventPattern: pattern, State = 'ENABLED', Targets: targets } = properties
    if (State !== 'ENABLED' || !isObject(pattern) || !matchesPattern(pattern, event)) return []
    const { account, partition, region } = template.place
    const ruleArn = `arn:${partition}:events:${region}:${account}:rule/${name}`
    return asArray(targets)
      .filter(isObject)
      .map((target) => ({
        rule: id,
        targetArn: String(target.Arn),
        input: targetInput(target, event, ruleArn),
      }))
  })
}

/** An event leaves out an input, or an output, that makes it larger. */
const MAX_EVENT_DATA = 248 * 1024

function escapedBytes(text: string | null): number {
  return text === null ? 0 : Buffer.byteLength(JSON.stringify(text))
}

export function statusChange(template: Template, execution: Identity, input: Json, ended: Ended): JsonObject {
  const { account, region } = template.place
  const succeeded = ended.status === 'SUCCEEDED'
  const [text, output] = [JSON.stringify(input), succeeded ? JSON.stringify(ended.output) : null]
  const fits = {
    input: escapedBytes(text) + escapedBytes(output) <= MAX_EVENT_DATA,
    output: escapedBytes(output) <= MAX_EVENT_DATA,
  }
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: `${ended.stopDate.toISOString().slice(0, 19)}Z`,
    region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: ended.status,
      startDate: ended.startDate.getTime(),
      stopDate: ended.stopDate.getTime(),
      input: fits.input ? text : null,
      output: fits.output ? output : null,
      inputDetails: { included: fits.input },
      outputDetails: succeeded ? { included: fits.output } : null,
      error: succeeded ? null : (ended.error ?? null),
      cause: succeeded ? null : (ended.cause ?? null),
    },
  }
}
