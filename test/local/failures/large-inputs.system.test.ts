// Executions whose input is as large as Step Functions accepts: whatever fails, exactly one message says so.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../../local/json.ts'
import { MAX_PAYLOAD_BYTES, payloadBytes } from '../../../local/stepfunctions/payload.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { ErrorName } from '../../../mirror/error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { thrownBy } from './answers.ts'
import { type Fault, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ regions: ['us-east-1'], images: ['docker.io/library/redis:7.4'] })
})
afterAll(() => world.stop())

/** A list of this size, of entries that are almost as long as an entry may be. */
function inputOf(bytes: number, more: JsonObject = {}): JsonObject {
  const entry = (name: string, length: number) => ({
    source: `quay.io/team/${name}`,
    tags: { include: Array.from({ length }, (_, index) => `${name}${String(index).padStart(6, '0')}`) },
  })
  const images = ['a', 'b', 'c', 'd'].map((name) => entry(name, 5_500))
  const made = { ...more, images }
  const missing = Math.floor((bytes - payloadBytes(made) - 100) / 10)
  const whole = { ...made, images: [...images, entry('e', missing)] }
  // JSON has the same meaning with any number of names that nobody selects.
  const rest = bytes - payloadBytes(whole)
  const [last] = whole.images.slice(-1)
  last?.tags.include.push('z'.repeat(rest - 3))
  return whole
}

const KIB = 1024
const up: Fault = () => undefined

test('a list of 255 KiB is mirrored', async () => {
  const input = inputOf(255 * KIB)
  expect(payloadBytes(input)).toBe(255 * KIB)
  const { ended, messages, report } = await world.run(up, { input })
  expect(ended.status).toBe('SUCCEEDED')
  expect(report?.counts).toMatchObject({ images: 5, synced: 5 })
  expect(messages).toEqual([])
})

test('an input of 255 KiB that Plan refuses is reported with the reason', async () => {
  const { ended, messages } = await world.run(up, { input: inputOf(255 * KIB, { imgaes: [] }) })
  expect(ended).toMatchObject({ status: 'FAILED', error: ErrorName.PlanRefused })
  expect(messages).toEqual([expect.stringContaining('imgaes')])
  expect(messages[0]).toContain('The run was refused.')
  expect(messages[0]).toContain('aws stepfunctions describe-execution --execution-arn')
})

test.each([MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES - 100])(
  'an input of %i bytes, which no function can receive, is refused with what to do',
  async (bytes) => {
    const input = inputOf(bytes)
    expect(payloadBytes(input)).toBe(bytes)
    const { ended, messages, attempts } = await world.run(up, { input })
    expect(ended).toMatchObject({ status: 'FAILED', error: ErrorName.PlanRefused })
    expect(messages).toEqual([
      expect.stringContaining(`WHY\n${StatesErrorName.DataLimitExceeded}: the input`),
    ])
    expect(messages[0]).toContain('store the list in S3')
    expect(attempts.map(({ state }) => state)).not.toContain(StateName.Plan)
  },
)

const fails =
  (...states: readonly string[]): Fault =>
  ({ state }) => {
    if (states.includes(state)) throw thrownBy('Oops', 'x'.repeat(10_000))
    return undefined
  }

test('a Plan that fails with an input of 255 KiB is reported', async () => {
  const { ended, messages } = await world.run(fails(StateName.Plan), { input: inputOf(255 * KIB) })
  expect(ended).toMatchObject({ status: 'FAILED', error: ErrorName.PlanFailed })
  expect(messages).toEqual([expect.stringContaining('The run could not be planned.')])
})

test('images that Resolve fails are reported as any others', async () => {
  const { ended, messages, report } = await world.run(fails(StateName.Resolve), { input: inputOf(255 * KIB) })
  expect(ended).toMatchObject({ status: 'FAILED', error: ErrorName.MirrorFailed })
  expect(report?.counts).toMatchObject({ images: 5, failed: 5 })
  expect(messages).toHaveLength(1)
})

test.each([
  ['Report', fails(StateName.Report)],
  ['Plan, and then Report,', fails(StateName.Plan, StateName.ReportRefusal)],
])('the safety net reports that %s fails', async (_, fault) => {
  const { ended, messages } = await world.run(fault, { input: inputOf(255 * KIB) })
  expect(ended).toMatchObject({ status: 'FAILED', error: 'Oops' })
  expect(messages).toEqual([expect.stringContaining('without reporting which pairs failed')])
})

test('the safety net reports that a run is aborted', async () => {
  const stop = new AbortController()
  const abort: Fault = ({ state }) => {
    if (state === StateName.Resolve) stop.abort()
    return undefined
  }
  const { ended, messages } = await world.run(abort, { input: inputOf(255 * KIB), signal: stop.signal })
  expect(ended.status).toBe('ABORTED')
  expect(messages).toEqual([expect.stringContaining('ended ABORTED')])
})
