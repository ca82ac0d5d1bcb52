// Small state machines for tests of the engine, with services and documents in memory, and virtual waits.
import { CLOCKS } from '../../local/clock.ts'
import type { Json, JsonObject } from '../../local/json.ts'
import type { Documents } from '../../local/s3-documents.ts'
import { createMachine, type ExecutionEvent, type Services } from '../../local/stepfunctions/engine.ts'
import { startTime } from '../../local/stepfunctions/time.ts'

export const ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine'

export function task(name: string, more: JsonObject = { End: true }): JsonObject {
  return {
    Type: 'Task',
    Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    TimeoutSeconds: 5,
    ...more,
  }
}

export function machine(
  definition: JsonObject,
  services: Services,
  documents: Documents = documentsInMemory(),
  events: ExecutionEvent[] = [],
  time = startTime(CLOCKS.instant),
) {
  return createMachine({
    arn: ARN,
    definition: JSON.stringify(definition),
    services,
    documents,
    time,
    onEvent: (event) => events.push(event),
  })
}

export function documentsInMemory(contents: Readonly<Record<string, Json>> = {}) {
  const stored = new Map(Object.entries(contents).map(([url, value]) => [url, JSON.stringify(value)]))
  return {
    json: (url: string) => JSON.parse(stored.get(url) ?? 'null'),
    keys: () => [...stored.keys()],
    async get(bucket: string, key: string) {
      const text = stored.get(`${bucket}/${key}`)
      if (text === undefined) throw new Error(`${bucket}/${key} does not exist`)
      return text
    },
    async put(bucket: string, key: string, body: string) {
      stored.set(`${bucket}/${key}`, body)
    },
  }
}
