// Checks each row of the runbook's table: provokes the error at each place, permanently and with the longest waits,
// and compares the run with the row. Backoffs of hours pass in virtual time.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { MAX_DEFERRED_ROUNDS } from '../../../mirror/contract.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { at, endsAt, provoke } from './provoke.ts'
import { type Row, readCases } from './runbook.ts'
import { type Attempt, startWorld, type Told, type World } from './world.ts'

const BAD = 'docker.io/library/redis:7.4'
const FINE = 'docker.io/library/nginx:1.29'
let world: World

beforeAll(async () => {
  // Another registry as a target puts Diff into the VPC, too.
  const targets = { harbor: { registry: 'harbor.example.com' } }
  world = await startWorld({ regions: ['us-east-1'], targets, images: [BAD, FINE] })
  // The longest pause with full jitter.
  vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON)
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.stop()
})

test.each(readCases())('$error at "$state"', async ({ error, state, row }) => {
  const told = await provoke(world, error, state, BAD)
  expectTries(
    told.attempts.filter((attempt) => at(attempt, state, BAD)),
    row,
  )
  if (row.becomes === 'failed') expectFailed(told, error)
  else if (row.becomes === 'deferred') expectDeferred(told)
  else if (row.becomes === 'PlanRefused' || row.becomes === 'PlanFailed')
    expectRefused(told, row.becomes, error)
  else expectNet(told, 'FAILED', error)
  if (row.becomes === 'failed' || row.becomes === 'deferred') {
    expect(told.entered.filter(({ image }) => image === BAD).map((one) => one.state)).toEqual(
      wayTo(error, state),
    )
  }
})

function expectTries(attempts: readonly Attempt[], { times, waitingSeconds }: Row): void {
  expect(attempts).toHaveLength(1 + times)
  const waited = (attempts.at(-1)?.at ?? 0) - (attempts[0]?.at ?? 0)
  expect(Math.abs(waited - waitingSeconds)).toBeLessThan(2)
}

function outcomes(told: Told): Record<string, string> {
  return Object.fromEntries(told.report?.pairs.map(({ image, outcome }) => [image, outcome]) ?? [])
}

function expectFailed(told: Told, error: string): void {
  expect(told.ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
  expect(outcomes(told)).toEqual({ [BAD]: 'failed', [FINE]: 'synced' })
  expect(told.messages).toHaveLength(1)
  const [message = ''] = told.messages
  for (const words of [BAD, 'us-east-1', error, 'RERUN WHAT FAILED']) expect(message).toContain(words)
  expect(message).not.toContain(FINE)
}

function expectDeferred(told: Told): void {
  expect(told.ended.status).toBe('SUCCEEDED')
  expect(outcomes(told)).toEqual({ [BAD]: 'deferred', [FINE]: 'synced' })
  expect(told.messages).toEqual([])
}

function expectRefused(told: Told, end: string, error: string): void {
  expect(told.ended).toMatchObject({ status: 'FAILED', error: end })
  expect(told.messages).toEqual([expect.stringContaining('Nothing was mirrored.')])
  expect(told.messages[0]).toContain(`\nWHY\n${error}: `)
}

function expectNet(told: Told, status: string, error?: string): void {
  expect(told.ended).toMatchObject({ status, ...(error && { error }) })
  expect(told.messages).toHaveLength(1)
  expect(told.messages[0]).toContain(`ended ${status} (${error ?? ''}) without reporting which pairs failed`)
}

/** The states that the pair passes. */
function wayTo(error: string, state: string): string[] {
  const resolve = [StateName.Resolve]
  if (state === StateName.Resolve) return [...resolve, ...image(error, StateName.ImageFailed)]
  const diff = [...resolve, StateName.MirrorWaves, StateName.MirrorTargets, StateName.Diff]
  if (state === StateName.Diff) return [...diff, ...image(error, StateName.DiffFailed, StateName.ImageDone)]
  const round = [StateName.Sync, StateName.ReadOutcome, StateName.ChooseByOutcome]
  const rounds = Array.from({ length: MAX_DEFERRED_ROUNDS }, () => [
    ...round,
    StateName.Wait,
    StateName.CountRound,
  ])
  const sync = [...diff, StateName.IsInSync]
  const end = endsAt(error)
  if (state === StateName.ReadOutcome) {
    return [...sync, StateName.Sync, state, ...image(error, StateName.OutcomeNotRead, StateName.ImageDone)]
  }
  if (error === StatesErrorName.Runtime) return [...sync, StateName.Sync]
  if (end === StateName.Deferred) return [...sync, ...rounds.flat(), ...round, end, StateName.ImageDone]
  return [...sync, ...round, end, StateName.ImageDone]
}

/** A runtime error cannot be caught, so the child execution ends in that state. */
function image(error: string, ...ends: string[]): string[] {
  return error === StatesErrorName.Runtime ? [] : ends
}

describe('the Map', () => {
  test.each([
    [StatesErrorName.ItemReaderFailed, 'read the items'],
    [StatesErrorName.ResultWriterFailed, 'write the results'],
  ])('ends the run at %s, and the safety net reports it', async (error, step) => {
    const told = await world.run(({ state }) => {
      if (state === step) throw new Error('SlowDown')
      return undefined
    })
    expectNet(told, 'FAILED', error)
  })
})

describe('the run', () => {
  test('ends TIMED_OUT at its timeout, and the safety net reports it', async () => {
    const told = await world.run(
      async ({ state }, { pass }) => {
        if (state === StateName.Sync) await pass(7_200_000)
        return undefined
      },
      { timeoutSeconds: 3600 },
    )
    expectNet(told, 'TIMED_OUT', StatesErrorName.Timeout)
    expect(Math.abs(told.seconds - 3600)).toBeLessThan(2)
  })

  test('ends ABORTED on an abort, and the safety net reports it', async () => {
    const stop = new AbortController()
    const told = await world.run(
      ({ state }) => {
        if (state === StateName.Sync) stop.abort()
        return undefined
      },
      { signal: stop.signal },
    )
    expectNet(told, 'ABORTED')
  })

  test('sends nothing without failures', async () => {
    const told = await world.run(() => undefined)
    expect(told.ended.status).toBe('SUCCEEDED')
    expect(outcomes(told)).toEqual({ [BAD]: 'synced', [FINE]: 'synced' })
    expect(told.messages).toEqual([])
  })
})
