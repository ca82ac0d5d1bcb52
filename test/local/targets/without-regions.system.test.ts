// Copies between registries outside AWS by the workflow, from a list without regions.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basicAuthenticator, bearerAuthenticator } from '../../../local/aws/registry/authenticators.ts'
import type { Executed } from '../../../local/executions.ts'
import type { LocalRun } from '../../../local/run.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { SAMPLES } from '../../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { startRun, stateFolder } from '../runs.ts'

const SOURCE = 'fluxcd/source-controller'
const USERS = { robot: 'correct horse' }

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let first: FaultyRegistry
let second: FaultyRegistry
let run: LocalRun
let narrowed: Executed

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry())
  first = stack.use(await startFaultyRegistry({ quirks: { auth: basicAuthenticator(USERS) } }))
  second = stack.use(
    await startFaultyRegistry({
      quirks: { auth: bearerAuthenticator({ users: USERS, anonymousPull: false }) },
    }),
  )
  await source.store.repositories.create(SOURCE)
  await SAMPLES[SOURCE]?.(builder(source.store, SOURCE))
  const secret = { username: 'robot', accessToken: USERS.robot }
  const stateDir = await stateFolder(stack, { 'secrets.json': { push: secret } })
  const list = {
    targets: {
      first: { registry: first.address, namespace: 'mirror', credentials: 'push' },
      second: { registry: second.address, repository: '{flat}', credentials: 'push' },
    },
    defaults: { targets: ['first', 'second'] },
    images: [{ source: `${source.address}/${SOURCE}`, tags: { include: ['v1.4.1', 'v1.4.0'] } }],
  }
  run = await startRun(stack, list, { stateDir, keepCalls: true })
  narrowed = await run.execute({ targets: ['second'] })
})

afterAll(() => stack.disposeAsync())

test('each registry has the tags, the digests and the signatures, under its own name', async () => {
  expect(run.document.counts).toMatchObject({ pairs: 2, synced: 2, failed: 0 })
  const upstream = Object.fromEntries(await source.store.tags.all(SOURCE))
  for (const [registry, name] of [
    [first, `mirror/${SOURCE}`],
    [second, SOURCE.replace('/', '-')],
  ] as const) {
    const tags = Object.fromEntries(await registry.store.tags.all(name))
    for (const tag of ['v1.4.1', 'v1.4.0']) expect(tags[tag], tag).toBe(upstream[tag])
    expect(Object.keys(tags).some((tag) => tag.endsWith('.sig'))).toBe(true)
  }
})

test('upstream is read once, and the second registry reads from the first', () => {
  const paths = source.matching(/^GET .*\/blobs\//).map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
  expect(first.matching(/^GET .*\/blobs\//).length).toBeGreaterThan(0)
})

test('nothing is asked of ECR', () => {
  expect(run.calls.filter(({ service }) => service === 'ecr')).toEqual([])
})

test('a run can be restricted to a target', () => {
  expect(narrowed.document.pairs).toMatchObject([{ target: 'second', outcome: 'inSync' }])
})
