import { expect, test } from 'vitest'
import type { JsonObject } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { documentsInMemory, machine, task } from '../machines.ts'

const processor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'Copy',
  States: { Copy: task('copy') },
}

function definition(more: JsonObject = {}): JsonObject {
  return {
    StartAt: 'Images',
    States: {
      Images: {
        Type: 'Map',
        Label: 'Images',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { 'Bucket.$': '$.items.bucket', 'Key.$': '$.items.key' },
        },
        ItemSelector: { 'run.$': '$.run', 'image.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
        ItemProcessor: processor,
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' },
          Parameters: { Bucket: 'work', 'Prefix.$': '$.prefix' },
        },
        ToleratedFailurePercentage: 100,
        MaxConcurrency: 2,
        ResultPath: '$.map',
        Next: 'Report',
        ...more,
      },
      Report: { Type: 'Pass', End: true },
    },
  }
}

const input = { run: 'r', prefix: 'runs/r/results', items: { bucket: 'work', key: 'plan.json' } }

test('passes the result of the item selector to children, and writes outputs in the order of completion', async () => {
  const documents = documentsInMemory({ 'work/plan.json': ['a', 'b', 'c'] })
  const { execute } = machine(definition(), async ({ input }) => input, documents)
  const ended = await execute(input, { name: 'parent' })
  expect(ended).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      ...input,
      map: {
        MapRunArn: expect.stringMatching(
          /^arn:aws:states:us-east-1:123456789012:mapRun:Machine\/Images:[0-9a-f-]{36}$/,
        ),
        ResultWriterDetails: {
          Bucket: 'work',
          Key: expect.stringMatching(/^runs\/r\/results\/[0-9a-f-]{36}\/manifest\.json$/),
        },
      },
    },
  })
  const manifest = documents.json(
    `work/${documents
      .keys()
      .find((key) => key.endsWith('/manifest.json'))
      ?.slice(5)}`,
  )
  expect(manifest).toMatchObject({ DestinationBucket: 'work', ResultFiles: { FAILED: [], PENDING: [] } })
  const [file] = manifest.ResultFiles.SUCCEEDED
  expect(documents.json(`work/${file.Key}`)).toEqual([
    { run: 'r', image: 'a', index: 0 },
    { run: 'r', image: 'b', index: 1 },
    { run: 'r', image: 'c', index: 2 },
  ])
  expect(file.Size).toBe(JSON.stringify(documents.json(`work/${file.Key}`)).length)
})

test('continues after a failed child, and reports its error, cause and input', async () => {
  const documents = documentsInMemory({ 'work/plan.json': ['a', 'b', 'c'] })
  const { execute } = machine(
    definition(),
    async ({ input }) => {
      if ((input as JsonObject).image === 'b') throw new StatesError('Broken', 'for b')
      return 'fine'
    },
    documents,
  )
  expect((await execute(input, { name: 'parent' })).status).toBe('SUCCEEDED')
  const failed = documents.json(documents.keys().find((key) => key.endsWith('/FAILED_0.json')) ?? '')
  expect(failed).toMatchObject([
    {
      Error: 'Broken',
      Cause: 'for b',
      Input: '{"run":"r","image":"b","index":1}',
      Status: 'FAILED',
      ExecutionArn: expect.stringContaining(':execution:Machine/Images:'),
      StateMachineArn: expect.stringContaining(':stateMachine:Machine/Images'),
    },
  ])
  const succeeded = documents.json(documents.keys().find((key) => key.endsWith('/SUCCEEDED_0.json')) ?? '')
  expect(succeeded).toEqual(['fine', 'fine'])
})

test('fails the Map, catchably, above the tolerated failures', async () => {
  const documents = documentsInMemory({ 'work/plan.json': ['a', 'b', 'c'] })
  const catching = {
    Catch: [{ ErrorEquals: [StatesErrorName.ExceedToleratedFailureThreshold], Next: 'Report' }],
  }
  const { execute } = machine(
    definition({ ToleratedFailurePercentage: 33, ...catching }),
    async () => {
      throw new StatesError('Broken', '')
    },
    documents,
  )
  expect(await execute(input, { name: 'parent' })).toMatchObject({
    status: 'SUCCEEDED',
    output: { Error: StatesErrorName.ExceedToleratedFailureThreshold },
  })
})

test('limits concurrent children', async () => {
  const documents = documentsInMemory({ 'work/plan.json': [1, 2, 3, 4, 5, 6] })
  let running = 0
  let most = 0
  const { execute } = machine(
    definition(),
    async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return null
    },
    documents,
  )
  await execute(input, { name: 'parent' })
  expect(most).toBe(2)
})

test('fails the Map with the AWS error name for unreadable items', async () => {
  const { execute } = machine(definition(), async () => null)
  expect(await execute(input, { name: 'parent' })).toMatchObject({
    error: StatesErrorName.ItemReaderFailed,
    cause: 'work/plan.json does not exist',
  })
})

test('but for its Maps, the definition that runs is the given one byte for byte', () => {
  const given = definition()
  const { definition: ran, adapted } = machine(given, async () => null).definitionThatRan()
  expect(Object.keys(adapted)).toEqual(['Images'])
  const States = Object.fromEntries(
    Object.entries(ran.States as JsonObject).map(([name, state]) => [name, adapted[name] ?? state]),
  )
  expect(JSON.stringify({ ...ran, States })).toBe(JSON.stringify(given))
})
