// Pushes to ECR that are copied to other accounts and registries, and signatures that are pushed later.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executed } from '../../../local/executions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { type Pushed, startPushed } from '../pushes.ts'

const HOME = 'us-east-1'
const OTHER = '210987654321'

let harbor: FaultyRegistry
let pushed: Pushed
let seen = 0

beforeAll(async () => {
  harbor = await startFaultyRegistry({ quirks: { referrersApi: false } })
  pushed = await startPushed({
    home: HOME,
    regions: [HOME, 'eu-west-1'],
    targets: {
      harbor: { registry: harbor.address, namespace: 'out' },
      prod: { account: OTHER, regions: ['eu-west-1'], namespace: 'in' },
    },
    push: { repositories: ['team/*'], to: ['regions', 'harbor', 'prod'] },
  })
})
afterAll(async () => {
  await pushed?.[Symbol.asyncDispose]()
  await harbor?.[Symbol.asyncDispose]()
})

async function runsOf(): Promise<readonly Executed[]> {
  const runs = (await pushed.run.settled()).slice(seen)
  seen += runs.length
  return runs
}

const outcomes = (run: Executed | undefined) =>
  Object.fromEntries((run?.document.pairs ?? []).map(({ target, outcome }) => [target, outcome]))

test('a push reaches the other region, the other account and the registry by one run', async () => {
  await pushed.push('1', HOME, 'team/app', '1.0')
  const [run, ...more] = await runsOf()
  expect(more).toEqual([])
  expect(outcomes(run)).toEqual({ 'eu-west-1': 'synced', harbor: 'synced', 'prod/eu-west-1': 'synced' })
  const digest = (await pushed.held('team/app', '1.0'))[HOME]
  expect(digest).toBeDefined()
  expect(Object.fromEntries(await harbor.store.tags.all('out/team/app'))['1.0']).toBe(digest)
})

test('the other account is written by its registry policy, and no role is assumed', () => {
  const calls = pushed.run.calls.filter(({ resource }) =>
    resource.includes(`:${OTHER}:repository/in/team/app`),
  )
  const actions = new Set(calls.map(({ action }) => action))
  expect(actions).toContain('CreateRepository')
  expect(actions).toContain('PutImage')
  expect(pushed.run.calls.some(({ action }) => action === 'AssumeRole')).toBe(false)
})

test('a signature that is pushed by its digest reaches the other places too', async () => {
  const { [HOME]: digest = '' } = await pushed.held('team/app', '1.0')
  await pushed.sign(HOME, 'team/app', digest)
  const [run, ...more] = await runsOf()
  expect(more).toEqual([])
  expect(outcomes(run)).toEqual({ 'eu-west-1': 'synced', harbor: 'synced', 'prod/eu-west-1': 'synced' })
  expect(await pushed.referrers('eu-west-1', 'team/app', digest)).toHaveLength(1)
  // The registry has no referrers API, so the list is under a tag.
  const tags = Object.fromEntries(await harbor.store.tags.all('out/team/app'))
  expect(tags).toHaveProperty(digest.replace(':', '-'))
})
