// A target that limits pushes for hours: its pairs are deferred, the other targets do not wait for it, and a rerun
// completes it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLOCKS } from '../../../local/clock.ts'
import type { Executed } from '../../../local/executions.ts'
import { type LocalRun, runLocally } from '../../../local/run.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { MAX_DEFERRED_ROUNDS } from '../../../mirror/contract.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { refuse } from '../../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'

const FOREVER = Number.POSITIVE_INFINITY
const stack = new AsyncDisposableStack()
let limited: FaultyRegistry
let run: LocalRun
let rerun: Executed
let isLimited = true

beforeAll(async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'limited-'))
  stack.defer(() => rm(stateDir, { recursive: true, force: true }))
  const source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('team/app')
  await plainSample('app', ['1'])(builder(source.store, 'team/app'))
  limited = stack.use(await startFaultyRegistry())
  const closed = stack.use(await startFaultyRegistry({ quirks: { createOnPush: false } }))
  limited.faults.add(
    { on: ({ method = '' }) => isLimited && /^(?:POST|PUT|PATCH)$/.test(method), times: FOREVER },
    refuse(429, 'TOOMANYREQUESTS', 'no pushes for an hour', { 'retry-after': '3600' }),
  )
  const list = {
    regions: ['us-east-1'],
    targets: { limited: { registry: limited.address }, closed: { registry: closed.address } },
    defaults: { targets: ['regions', 'limited', 'closed'] },
    images: [`${source.address}/team/app:1`],
  }
  run = await runLocally({
    list: parseList(JSON.stringify(list), 'list.json'),
    input: {},
    stateDir,
    clock: CLOCKS.instant,
    environment: {},
    anonymousPull: true,
    signal: new AbortController().signal,
  })
  stack.defer(() => run.close())
  isLimited = false
  rerun = await run.execute({ targets: ['limited'] })
})
afterAll(() => stack.disposeAsync())

const outcomes = ({ document }: Pick<Executed, 'document'>) =>
  Object.fromEntries(document.pairs.map(({ target, outcome }) => [target, outcome]))

test('defers its own pair only, after all rounds', () => {
  expect(outcomes(run)).toEqual({ 'us-east-1': 'synced', limited: 'deferred', closed: 'failed' })
  expect(limited.faults.struck()).toBeGreaterThan(MAX_DEFERRED_ROUNDS)
})

test('the alert of the run names it, with the reason of the registry', () => {
  const [alert] = run.alerts
  expect(alert?.message).toMatch(/^1 of 3 pairs failed\.\n/)
  expect(alert?.message).toContain('Deferred: 1')
  expect(alert?.message).toMatch(/^DEFERRED\n.*\n.*to limited/ms)
  expect(alert?.message).toContain('no pushes for an hour')
})

test('a later run completes it', () => {
  expect(outcomes(rerun)).toEqual({ limited: 'synced' })
})
