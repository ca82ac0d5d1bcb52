// The whole workflow: its graph, and the properties that every state must have.
import aslValidator from 'asl-validator'
import { StateMachine } from 'aws-local-stepfunctions'
import { expect, test } from 'vitest'
import { CLOCKS } from '../../local/clock.ts'
import { inTime } from '../../local/stepfunctions/engine-timers.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { LambdaErrorName, StatesErrorName } from '../../mirror/aws-error-name.ts'
import { planInputSchema, refusalInputSchema, reportInputSchema } from '../../mirror/contract.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { allStates, definition, type State, stateOf } from './definition.ts'

const workflow = definition()

/** `Plan the run: Task > Mirror each image, ALL > Report the refusal` */
function line([name, state]: readonly [string, State]): string {
  const ways = [
    ...(state.Next ? [`> ${state.Next}`] : []),
    ...(state.Choices ?? []).map(({ Next }) => `? ${Next}`),
    ...(state.Default ? [`: ${state.Default}`] : []),
    ...(state.ItemProcessor ? [`each ${state.ItemProcessor.StartAt}`] : []),
    ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => `${ErrorEquals.map(short).join('|')} > ${Next}`),
    ...(state.Error ? [state.Error] : []),
  ]
  return [name, `${state.Type} ${ways.join(', ')}`.trim()].join(': ')
}

function short(error: string): string {
  return error.replace(/^(States|CodeBuild)\./, '')
}

test('has this graph', () => {
  expect(allStates(workflow).map(line).sort()).toEqual(
    [
      'Plan the run: Task > Are there any images?, DataLimitExceeded > Report the refusal, ALL > Report the refusal',
      'Are there any images?: Choice ? Mirror each image, : Nothing to mirror',
      'Nothing to mirror: Pass > Is there anything to prune?',
      'Mirror each image: Map > Is there anything to prune?, each Resolve the image',

      'Resolve the image: Task > Go wave by wave, DataLimitExceeded > Image failed, ALL > Image failed',
      'Go wave by wave: Map > Image done, each Mirror to each target, DataLimitExceeded > Image failed, ALL > Image failed',
      'Image done: Pass',
      'Image failed: Pass',

      'Mirror to each target: Map each Diff the target',
      'Diff the target: Task > Is the target in sync?, DataLimitExceeded > Diff failed, ALL > Diff failed',
      'Is the target in sync?: Choice ? In sync with warnings, ? In sync, ? Tags failed, ? Missing, ? Stale, : Sync the target',
      'Sync the target: Task > Read the outcome, DataLimitExceeded > Read the outcome, ALL > Read the outcome',
      'Read the outcome: Task > What is the outcome?, DataLimitExceeded > Outcome not read, ALL > Outcome not read',
      'What is the outcome?: Choice ? Synced, ? Failed, ? Wait as long as asked, : Deferred',
      'Wait as long as asked: Wait > Count the round',
      'Count the round: Pass > Sync the target',
      'In sync with warnings: Pass',
      'In sync: Pass',
      'Tags failed: Pass',
      'Missing: Pass',
      'Stale: Pass',
      'Diff failed: Pass',
      'Synced: Pass',
      'Failed: Pass',
      'Deferred: Pass',
      'Outcome not read: Pass',

      'Is there anything to prune?: Choice ? Prune the targets, : Report the outcomes',
      'Prune the targets: Task > Report the outcomes, DataLimitExceeded > Report the outcomes, ALL > Report the outcomes',
      'Report the outcomes: Task > Is there anything to tell?',
      'Is there anything to tell?: Choice ? Send the alert, : Did the run fail?',
      'Send the alert: Task > Did the run fail?',
      'Did the run fail?: Choice ? Plan refused, ? Plan failed, ? Mirror failed, : Mirrored',
      'Mirrored: Succeed',
      'Mirror failed: Fail MirrorFailed',

      'Report the refusal: Task > Is there anything to tell?',
      'Plan refused: Fail PlanRefused',
      'Plan failed: Fail PlanFailed',
    ].sort(),
  )
})

test('passes the validator of Amazon States Language', () => {
  const { isValid, errorsText } = aslValidator(workflow, { checkArn: true, checkPaths: true })
  expect(errorsText()).toBe('')
  expect(isValid).toBe(true)
})

test('has a timeout on the machine and on every task', () => {
  const tasks = allStates(workflow).filter(([, { Type }]) => Type === 'Task')
  expect(tasks).toHaveLength(9)
  expect(tasks.filter(([, { TimeoutSeconds }]) => !TimeoutSeconds)).toEqual([])
  expect(workflow.TimeoutSeconds).toBeGreaterThan(0)
})

test('refers only to error names of ours or of a service', () => {
  const names = allStates(workflow).flatMap(([, state]) => [
    ...[...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals),
    ...(state.Error ? [state.Error] : []),
  ])
  const ours = names.filter((name) => !/^(States|Lambda|CodeBuild|Sandbox|Runtime)\./.test(name))
  const known: readonly string[] = Object.values(ErrorName)
  expect(ours.filter((name) => !known.includes(name))).toEqual([])
  // Other names only appear in reports. The workflow does not distinguish them.
  expect([...new Set(ours)].sort()).toEqual([
    'MirrorFailed',
    'PlanFailed',
    'PlanRefused',
    'RateLimited',
    'TimeoutError',
  ])
})

test("disables CDK's default retries of Lambda tasks", () => {
  for (const [name, { Resource, Retry = [] }] of allStates(workflow)) {
    if (!String(Resource).startsWith('arn:aws:lambda:')) continue
    expect(Retry[0]?.ErrorEquals, name).toContain(LambdaErrorName.TooManyRequestsException)
    expect(
      Retry.flatMap(({ ErrorEquals }) => ErrorEquals).filter((error) => error.startsWith('States.')),
    ).toEqual([])
  }
})

test('puts the wildcard States.TaskFailed after specific retriers', () => {
  for (const [name, { Retry = [] }] of allStates(workflow)) {
    const wildcard = Retry.findIndex(({ ErrorEquals }) => ErrorEquals.includes(StatesErrorName.TaskFailed))
    expect([-1, Retry.length - 1], name).toContain(wildcard)
  }
})

test('the Map reads items from S3, writes results there, and tolerates all failures', () => {
  expect(stateOf(workflow, StateName.MirrorImages)).toMatchObject({
    Label: 'images',
    ToleratedFailurePercentage: 100,
    MaxConcurrency: 10,
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'work-bucket', 'Key.$': '$.items.key' },
    },
    ItemSelector: { 'run.$': '$.run', 'image.$': '$$.Map.Item.Value' },
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { Bucket: 'work-bucket', 'Prefix.$': '$.resultsPrefix' },
      WriterConfig: { OutputType: 'JSON', Transformation: 'COMPACT' },
    },
    ResultPath: '$.map',
  })
  expect(stateOf(workflow, StateName.MirrorImages).Retry).toBeUndefined()
})

test('passes the run and the whole input to Plan, and the run and its results to Report', () => {
  expect(stateOf(workflow, StateName.Plan).Parameters).toEqual({
    'run.$': '$$.Execution.Name',
    'execution.$': '$$.Execution.Id',
    'input.$': '$',
  })
  expect(stateOf(workflow, StateName.Report).Parameters).toEqual({
    'run.$': '$.run',
    'execution.$': '$$.Execution.Id',
    'stateMachine.$': '$$.StateMachine.Id',
    'items.$': '$.items',
    'map.$': '$.map',
  })
})

test.each([
  [StateName.Plan, planInputSchema],
  [StateName.Report, reportInputSchema],
] as const)("passes exactly the contract's fields to %s", (name, { shape }) => {
  const given = Object.keys(stateOf(workflow, name).Parameters as object)
  expect(given.map((key) => key.replace('.$', '')).sort()).toEqual(Object.keys(shape).sort())
})

test('sends the alert that Report wrote', () => {
  expect(stateOf(workflow, StateName.SendAlert).Parameters).toEqual({
    TopicArn: 'arn:aws:sns:us-east-1:111122223333:failures',
    'Subject.$': '$.report.alert.subject',
    'Message.$': '$.report.alert.message',
    MessageAttributes: {
      kind: attribute('String', 'kind'),
      outcome: attribute('String', 'outcome'),
      images: attribute('String.Array', 'images'),
      targets: attribute('String.Array', 'targets'),
      schedule: attribute('String', 'schedule'),
    },
  })
})

function attribute(DataType: string, name: string): object {
  return { DataType, 'StringValue.$': `$.report.alert.attributes.${name}` }
}

test('sends the alert to chats too if there is a topic, and no second alert if that fails', () => {
  const chats = definition({ chat: true })
  expect(stateOf(chats, StateName.SendAlert).Next).toBe(StateName.SendToChat)
  expect(stateOf(chats, StateName.SendToChat)).toMatchObject({
    Parameters: { TopicArn: 'arn:aws:sns:us-east-1:111122223333:chats', 'Message.$': '$.report.alert.chat' },
    Next: StateName.AnyFailed,
    Catch: [
      { ErrorEquals: ['States.DataLimitExceeded'], Next: StateName.AnyFailed },
      { ErrorEquals: ['States.ALL'], Next: StateName.AnyFailed },
    ],
  })
  expect(aslValidator(chats, { checkArn: true, checkPaths: true }).isValid).toBe(true)
})

test('state names are captions: tasks and waits tell, choices ask, and none is longer than 80 characters', () => {
  for (const [name, { Type }] of allStates(workflow)) {
    expect(name.length).toBeLessThanOrEqual(80)
    expect(name.endsWith('?'), name).toBe(Type === 'Choice')
  }
})

test.each([
  [ErrorName.InvalidInput, ErrorName.PlanRefused],
  [LambdaErrorName.Unknown, ErrorName.PlanFailed],
])('lets Report decide on %s of Plan, and ends the run as %s', async (error, refused) => {
  const sent: unknown[] = []
  const attributes = { kind: 'failed', outcome: 'failed', images: '[]', targets: '[]', schedule: 'none' }
  const alert = { subject: 'Nothing was mirrored', message: 'why', attributes, chat: '{}' }
  const given: unknown[] = []
  const machine = new StateMachine(workflow as never, { validationOptions: { noValidate: true } })
  const { result } = inTime(startTime(CLOCKS.instant), () =>
    machine.run({ imgaes: [] } as never, {
      context: {
        Execution: { Name: 'nightly', Id: 'arn:nightly', Input: { imgaes: [] } },
        StateMachine: { Id: 'arn:machine' },
      } as never,
      overrides: {
        taskResourceLocalHandlers: {
          [StateName.Plan]: (input: unknown) => {
            expect(planInputSchema.parse(input)).toEqual({
              run: 'nightly',
              execution: 'arn:nightly',
              input: { imgaes: [] },
            })
            throw Object.assign(new Error('{"errorMessage":"unknown key"}'), { name: error })
          },
          [StateName.ReportRefusal]: (input: unknown) => {
            given.push(refusalInputSchema.parse(input))
            return { refused, cause: 'unknown key', alert }
          },
          [StateName.SendAlert]: (message: unknown) => void sent.push(message),
        } as never,
      },
    }),
  )
  const thrown = await result.catch((one: unknown) => one)
  expect(thrown).toMatchObject({ cause: { name: refused, message: 'unknown key' } })
  expect(given).toEqual([
    {
      run: 'nightly',
      execution: 'arn:nightly',
      stateMachine: 'arn:machine',
      caught: { Error: error, Cause: '{"errorMessage":"unknown key"}' },
    },
  ])
  expect(sent).toMatchObject([{ Subject: 'Nothing was mirrored', Message: 'why' }])
})
