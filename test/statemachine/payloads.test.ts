// No input or output of a state comes near 256 KiB, for any list and any errors: runs the whole definition with the
// longest names, the most regions and the longest errors.
import { beforeAll, expect, test } from 'vitest'
import { CLOCKS } from '../../local/clock.ts'
import type { Json, JsonObject } from '../../local/json.ts'
import { StatesError } from '../../local/states-error.ts'
import { createMachine } from '../../local/stepfunctions/engine.ts'
import { MAX_PAYLOAD_BYTES, payloadBytes } from '../../local/stepfunctions/payload.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { CodeBuildErrorName, StatesErrorName } from '../../mirror/aws-error-name.ts'
import { roundStateSchema } from '../../mirror/contract.ts'
import type { SyncResult } from '../../mirror/documents.ts'
import { shortened } from '../../mirror/failure.ts'
import { MAX_ENTRY_BYTES } from '../../mirror/list/entry-size.ts'
import { draftAlert } from '../../mirror/report/alert/alert.ts'
import { outcomeOfRound } from '../../mirror/report/round.ts'
import { allNew, type Item } from '../../mirror/status/news.ts'
import { regionTarget } from '../../mirror/target.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { ARN, documentsInMemory } from '../local/machines.ts'
import { someRegions } from '../local/scale/regions.ts'
import { type Payloads, watch } from '../local/scale/watch.ts'
import { orderKeyIn, roundIn } from './build-input.ts'
import { definition } from './definition.ts'
import { AT } from './execute.ts'

/** All regions, which are more than any user has. */
const REGIONS = someRegions(100)
const RUN = 'r'.repeat(80)
const BUCKET = 'b'.repeat(63)
const pointer = (name: string) => ({
  bucket: BUCKET,
  key: `runs/${RUN}/${'i'.repeat(66)}/${name}`,
  count: 1_000,
})
/** The longest message of a function or a build, in characters that take most space in nested JSON. */
const MESSAGE = shortened('"'.repeat(10_000), 1_000)
const TIME = '2026-11-30T01:00:00.000Z'
const OUTCOME = {
  moved: 1_000,
  times: { ordered: TIME, queued: TIME, copying: TIME, ended: TIME },
  bytes: 10 ** 14,
  seconds: 123_456.789,
  blobs: { copied: 1e6, mounted: 1e6, present: 1e6 },
}

/** The errors of all pairs of an image, for each kind of failure that adds to the state. */
const FATES = ['resolve', 'diff', 'tags', 'build', 'refused', 'failed', 'deferred'] as const
type Fate = (typeof FATES)[number]

/** An image item of the largest permitted entry. */
function largestItem(fate: Fate): JsonObject {
  const item = {
    id: fate.padEnd(66, 'i'),
    image: 's'.repeat(1_000),
    source: { registry: 'h'.repeat(255), repository: 's'.repeat(700) },
    repository: 't'.repeat(256),
    settings: {
      credentials: 'c'.repeat(2_048),
      repositories: { immutableTags: false, scanOnPush: true, tags: {} },
    },
  }
  const select = { include: ['x'.repeat(MAX_ENTRY_BYTES - payloadBytes(item))], exclude: [] }
  const [home = regionTarget('us-east-1'), ...targets] = REGIONS.map(regionTarget)
  return {
    ...item,
    select,
    waves: [
      { targets: [home], readFrom: [] },
      { targets, readFrom: [home] },
    ],
  }
}

function failWith(error: string, message: string): never {
  const cause = JSON.stringify({ errorType: error, errorMessage: message, trace: [] })
  throw new StatesError(error, cause)
}

function fateIn(input: Json): Fate {
  const text = JSON.stringify(input)
  return FATES.find((fate) => text.includes(fate.padEnd(66, 'i'))) ?? 'diff'
}

function resolve(input: Json): Json {
  if (fateIn(input) === 'resolve') failWith('RegistryUnavailable', MESSAGE)
  return pointer('resolved.json')
}

function diff(input: Json): Json {
  const fate = fateIn(input)
  if (fate === 'diff') failWith('RegistryUnavailable', MESSAGE)
  if (fate === 'tags') {
    return {
      status: 'failed',
      at: AT,
      error: { name: 'RegistryUnavailable', message: MESSAGE },
      warnings: 1_000,
    }
  }
  const { key, ...rest } = pointer('order.json')
  return {
    status: 'stale',
    at: AT,
    order: { ...rest, key: key.replace('i'.repeat(66), fate.padEnd(66, 'i')) },
  }
}

function sync(input: Json): Json {
  const fate = fateIn(input)
  // Step Functions truncates a Cause at 32,768 characters.
  if (fate === 'build') throw new StatesError(StatesErrorName.TaskFailed, '"'.repeat(32_768))
  if (fate === 'refused') throw new StatesError(CodeBuildErrorName.CodeBuildException, MESSAGE)
  const outcome = {
    status: fate,
    ...OUTCOME,
    warnings: 1_000,
    ...(fate === 'deferred' ? { retryAfterSeconds: 21_600 } : {}),
    error: { name: 'RegistryUnavailable', message: MESSAGE },
  }
  results.set(orderKeyIn(input) ?? '', { outcome, round: roundIn(input) })
  return { Build: { Id: 'x'.repeat(30_000) } }
}

/** The builds' results in S3, by the keys of their orders. */
const results = new Map<string, JsonObject>()

function outcome(input: Json): Json {
  const { diff, rounds } = roundStateSchema.parse(input)
  return outcomeOfRound(rounds, results.get(diff.order.key) as SyncResult | undefined) as unknown as Json
}

function report(): Json {
  const counts = { images: 1e5, pairs: 3e6, inSync: 1e6, synced: 1e6, deferred: 1e6, failed: 1e6 }
  const draft = draftAlert()
  const failing: Omit<Item, 'since'>[] = []
  for (let image = 0; image < 500; image++) {
    const pair = {
      image: `${image}${'s'.repeat(1_000)}`,
      repository: 't'.repeat(256),
      tags: [],
      bytes: 0,
      seconds: 0,
    }
    const error = { name: 'RegistryUnavailable', message: MESSAGE, log: 'l'.repeat(1_000) }
    for (const [index, target] of REGIONS.entries()) {
      if (index % 2 === 0) failing.push({ image: pair.image, target, repository: pair.repository })
    }
    draft.add(
      REGIONS.map((region, index) => ({
        ...pair,
        target: region,
        region,
        outcome: index % 2 === 0 ? 'failed' : 'deferred',
        error,
      })),
    )
  }
  const only = `s3://${BUCKET}/runs/${RUN}/rerun.json`
  const run = { name: RUN, dryRun: false, list: `s3://${BUCKET}/runs/${RUN}/list.json` }
  const reportUrl = `s3://${BUCKET}/runs/${RUN}/report.json`
  const page = pointer('report.html')
  const alert = draft.finish({
    run,
    execution: EXECUTION,
    stateMachine: MACHINE,
    counts,
    only,
    reportUrl,
    page,
    status: pointer('status.html'),
    mirror: 'm'.repeat(128),
    now: new Date(),
    news: allNew(failing, new Date()),
  })
  const cause = '300000 of 300000 pairs failed'
  return { counts, report: pointer('report.json'), failed: true, cause, alert: alert as unknown as Json }
}

const MACHINE = `arn:aws:states:us-east-1:123456789012:stateMachine:${'m'.repeat(80)}`
const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:${'m'.repeat(80)}:${RUN}`

/** Inputs and outputs of tasks, in addition to those of states. */
const tasks: Record<string, Payloads> = {}
const watched = watch()
let ended: object

const SERVICES: readonly (readonly [resource: RegExp, answer: (input: Json) => Json])[] = [
  [/:plan$/, plan],
  [/:resolve$/, resolve],
  [/:diff$/, diff],
  [/:outcome$/, outcome],
  [/codebuild/, sync],
  [/:prune$/, () => ({ deleted: 1e6, refused: 1e6, waiting: 1e6 })],
  [/:report$/, report],
  [/sns/, () => ({ MessageId: 'message' })],
]

function plan(): Json {
  return {
    run: { name: RUN, dryRun: false, list: `s3://${BUCKET}/runs/${RUN}/list.json` },
    items: { ...pointer('plan.json'), count: FATES.length },
    resultsPrefix: `runs/${RUN}/results`,
    prune: pointer('prune.json'),
  }
}

beforeAll(async () => {
  const items = FATES.map(largestItem)
  const { execute } = createMachine({
    arn: ARN,
    definition: JSON.stringify(definition()),
    // The bucket is part of the definition.
    documents: documentsInMemory({ [`work-bucket/${pointer('plan.json').key}`]: items }),
    time: startTime(CLOCKS.instant),
    onEvent: watched.onEvent,
    async services({ state, resource, input }) {
      const before = tasks[state] ?? { input: 0, output: 0 }
      const given = Math.max(before.input, payloadBytes(input))
      tasks[state] = { ...before, input: given }
      const output = SERVICES.find(([pattern]) => pattern.test(resource))?.[1](input) ?? null
      tasks[state] = { input: given, output: Math.max(before.output, payloadBytes(output)) }
      return output
    },
  })
  ended = await execute({}, { name: RUN })
})

test('completes a run in which everything fails', () => {
  expect(ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
})

/** The size in KiB, and its largest part. */
const BOUNDS: Readonly<Record<string, number>> = {
  [StateName.Plan]: 1,
  [StateName.AnyImages]: 1,
  [StateName.MirrorImages]: 2,
  [StateName.Resolve]: 72,
  // The item, and the error of Resolve.
  [StateName.ImageFailed]: 80,
  // The item, and the ends of all pairs.
  [StateName.MirrorWaves]: 220,
  [StateName.ImageDone]: 220,
  [StateName.MirrorTargets]: 90,
  [StateName.Diff]: 80,
  [StateName.DiffFailed]: 84,
  [StateName.TagsFailed]: 80,
  [StateName.IsInSync]: 80,
  // The item, and the Cause of a build: 32 KiB, with escapes.
  [StateName.Sync]: 160,
  [StateName.ReadOutcome]: 160,
  [StateName.ChooseByOutcome]: 160,
  [StateName.Wait]: 80,
  [StateName.CountRound]: 80,
  [StateName.Failed]: 160,
  [StateName.Deferred]: 80,
  // The alert: 60 KiB of pairs, with escapes, and the command.
  [StateName.AnyToPrune]: 2,
  [StateName.Prune]: 2,
  [StateName.Report]: 100,
  [StateName.AnyNews]: 100,
  [StateName.AnyFailed]: 100,
  [StateName.SendAlert]: 100,
  [StateName.MirrorFailed]: 100,
}

test('keeps the bound of every state that this run enters', () => {
  const largest = watched.largest()
  expect(Object.keys(largest).sort()).toEqual(Object.keys(BOUNDS).sort())
  for (const [name, { input, output }] of Object.entries(largest)) {
    expect(Math.max(input, output) / 1024, name).toBeLessThan(BOUNDS[name] ?? 0)
  }
})

test('has no bound above the limit of Step Functions', () => {
  expect(Math.max(...Object.values(BOUNDS)) * 1024).toBeLessThan(MAX_PAYLOAD_BYTES)
})

test('keeps the inputs and outputs of tasks below the limit', () => {
  expect(Object.keys(tasks)).toHaveLength(8)
  for (const [name, { input, output }] of Object.entries(tasks)) {
    expect(Math.max(input, output) / 1024, name).toBeLessThan(180)
  }
})
