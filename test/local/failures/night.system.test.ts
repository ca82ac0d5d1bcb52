// A night in which an upstream registry goes down: what the runs of the deployed list say, and what the status has.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ErrorName } from '../../../mirror/error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { thrownBy } from './answers.ts'
import { type Fault, startWorld, type Told, type World } from './world.ts'

const DOWN = 'quay.io/prometheus/node-exporter:v1.8.2'
const FINE = 'docker.io/library/redis:7.4'
const REGIONS = ['us-east-1', 'eu-west-1']

let world: World
beforeAll(async () => {
  world = await startWorld({ regions: REGIONS, images: [DOWN, FINE], alerts: {} }, { remembers: true })
})
afterAll(() => world.stop())

const up: Fault = () => undefined
const down: Fault = ({ state, image }) => {
  if (state !== StateName.Resolve || image !== DOWN) return undefined
  throw thrownBy(ErrorName.RegistryUnavailable, 'quay.io does not answer')
}

function placesOf({ status }: Told, image: string) {
  return status?.images.find((one) => one.image === image)?.places ?? []
}

test('alerts once of an upstream that is down, says since when, and reports its recovery once', async () => {
  const [before, first, second] = [await world.run(up), await world.run(down), await world.run(down)]
  expect([before, first, second].map(({ messages }) => messages.length)).toEqual([0, 1, 0])
  expect(first.messages[0]).toContain('FAILED')
  expect(first.messages[0]).toContain(DOWN)
  expect(first.messages[0]).not.toContain(FINE)
  expect(second.ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
  expect(second.status?.counts).toEqual({ images: 2, inSync: 2, deferred: 0, failed: 2 })
  expect(placesOf(second, DOWN)).toHaveLength(REGIONS.length)
  for (const place of placesOf(second, DOWN)) {
    expect(place).toMatchObject({ state: 'failed', error: { name: ErrorName.RegistryUnavailable } })
    expect(place).toMatchObject({ since: first.status?.written, verified: before.status?.written })
    expect(place.tried).toBe(second.status?.written)
  }

  const [back, after] = [await world.run(up), await world.run(up)]
  expect([back, after].map(({ ended }) => ended.status)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  expect([back, after].map(({ messages }) => messages.length)).toEqual([1, 0])
  expect(back.messages[0]).toContain('IN SYNC AGAIN')
  expect(back.messages[0]).toContain(DOWN)
  expect(back.status?.counts).toEqual({ images: 2, inSync: 4, deferred: 0, failed: 0 })
})

test('two runs at once leave one status, with what both of them saw', async () => {
  const { status: before } = await world.run(up)
  await Promise.all([
    world.run(down, { input: { images: [DOWN] } }),
    world.run(up, { input: { images: [FINE] } }),
  ])
  // A dry run leaves the status as it is, and sends no alert.
  const dry = await world.run(down, { input: { dryRun: true } })
  expect([dry.ended.status, dry.messages.length]).toEqual(['FAILED', 0])
  const after = await world.run(up, { input: { dryRun: true } })
  expect(placesOf(after, DOWN).map(({ state }) => state)).toEqual(['failed', 'failed'])
  expect(placesOf(after, FINE).map(({ state }) => state)).toEqual(['inSync', 'inSync'])
  for (const { verified = '' } of placesOf(after, FINE)) expect(verified > (before?.written ?? '')).toBe(true)
  expect(after.status?.counts).toEqual({ images: 2, inSync: 2, deferred: 0, failed: 2 })
})
