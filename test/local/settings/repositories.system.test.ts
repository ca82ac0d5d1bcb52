// Settings of repositories through the whole workflow: made on the first push, changed in the list, changed by hand at
// the target, reported, and reconciled; in this account and in another one.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegion, type RepositorySettings } from '../../../local/aws/ecr/region.ts'
import { ACCOUNT } from '../../../local/cloud.ts'
import type { RunDocument } from '../../../local/run-document.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { startRun, stateFolder } from '../runs.ts'

const REGION = 'us-east-1'
const PROD = {
  account: '210987654321',
  regions: [REGION],
  role: 'arn:aws:iam::210987654321:role/image-mirror',
}
const key = (account: string) => `arn:aws:kms:${REGION}:${account}:key/11111111-2222-4333-8444-555555555555`
const OTHER_KEY = key(ACCOUNT).replace('1111', '9999')
const SETTINGS = {
  immutableTags: { except: ['latest', 'sha256-*'] },
  encryption: { kms: { [REGION]: key(ACCOUNT), [`prod/${REGION}`]: key(PROD.account) } },
  lifecycle: { tagged: [{ tags: ['v*'], newest: 10 }], untagged: { days: 14 } },
  policy: { pull: { organization: 'o-a1b2c3d4e5' } },
  tags: { team: 'platform' },
}
/** What the second list says: stricter tags, one account more, another key. */
const CHANGED = {
  ...SETTINGS,
  immutableTags: { except: ['sha256-*'] },
  policy: { pull: { organization: 'o-a1b2c3d4e5', accounts: ['111122223333'] } },
  encryption: { kms: Object.fromEntries(Object.keys(SETTINGS.encryption.kms).map((id) => [id, OTHER_KEY])) },
}

const stack = new AsyncDisposableStack()
let stateDir: string
let source: FaultyRegistry
let made: readonly RepositorySettings[]
let first: RunDocument
let reported: RunDocument
let unchanged: readonly RepositorySettings[]
let planned: RunDocument
let mended: RunDocument
let after: readonly RepositorySettings[]
let settled: RunDocument

beforeAll(async () => {
  stateDir = await stateFolder(stack)
  source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('team/app')
  await plainSample('app', ['v1', 'latest'])(builder(source.store, 'team/app'))
  first = (await run(SETTINGS))[0] as RunDocument
  made = await settings()
  await changeByHand()
  reported = (await run(CHANGED))[0] as RunDocument
  unchanged = await settings()
  const all = { ...CHANGED, reconcile: { loosen: ['policy'] } }
  ;[planned, mended, settled] = (await run(all, [{ dryRun: true }, {}, {}])) as [
    RunDocument,
    RunDocument,
    RunDocument,
  ]
  after = await settings()
}, 600_000)

afterAll(() => stack.disposeAsync())

async function run(repositories: object, [input, ...others]: readonly { dryRun?: boolean }[] = [{}]) {
  await using own = new AsyncDisposableStack()
  const list = {
    regions: [REGION],
    prefix: 'mirror',
    targets: { prod: PROD },
    defaults: { targets: ['regions', 'prod'] },
    repositories,
    images: [{ source: `${source.address}/team/app`, tags: { include: ['v1', 'latest'] } }],
  }
  const local = await startRun(own, list, { stateDir, input: input ?? {} })
  const documents = [local.document]
  for (const next of others) documents.push((await local.execute(next)).document)
  return documents
}

const stores = () =>
  Promise.all([
    openRegion(join(stateDir, 'ecr', REGION), ACCOUNT, REGION),
    openRegion(join(stateDir, 'ecr', PROD.account, REGION), PROD.account, REGION),
  ])

async function settings(): Promise<RepositorySettings[]> {
  const found = await Promise.all((await stores()).map((region) => region.settingsOf('mirror/team/app')))
  return found.filter((one) => one !== undefined)
}

/** Somebody makes tags mutable, drops the scan, adds a resource tag and a statement. */
async function changeByHand(): Promise<void> {
  for (const region of await stores()) {
    const found = await region.settingsOf('mirror/team/app')
    const policy = JSON.parse(found?.policyText ?? '{"Statement": []}')
    policy.Statement.push({ Sid: 'Others', Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' })
    await region.store.repositories.configure('mirror/team/app', {
      ...found,
      imageTagMutability: 'MUTABLE',
      imageTagMutabilityExclusionFilters: [],
      tags: { ...found?.tags, team: 'b', cost: '1' },
      policyText: JSON.stringify(policy),
    })
  }
}

const outcomes = ({ pairs }: RunDocument) => pairs.map(({ outcome }) => outcome)
const warnings = ({ pairs }: RunDocument) =>
  pairs.map(({ warnings: all = [] }) => all.filter((text) => text.startsWith('repositories.')))
const keysOf = (texts: readonly string[]) => texts.map((text) => text.split(/[.:]/)[1])

const endsOf = (texts: readonly string[]) => texts.map((text) => text.split('; ').at(-1))
const STAYS = 'it cannot be changed after the creation of the repository'

test('the first push makes repositories with all settings, in both accounts', () => {
  expect(outcomes(first)).toEqual(['synced', 'synced'])
  expect(warnings(first)).toEqual([[], []])
  expect(made).toHaveLength(2)
  for (const [index, account] of [ACCOUNT, PROD.account].entries()) {
    expect(made[index]).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      scanOnPush: true,
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: key(account) },
      lifecyclePolicyText: expect.stringContaining('"v*"'),
      policyText: expect.stringContaining('o-a1b2c3d4e5'),
      tags: { team: 'platform', 'image-mirror:managed': 'true' },
    })
  }
})

test('what the list and somebody changed is reported, and nothing is changed', () => {
  expect(outcomes(reported)).toEqual(['inSync', 'inSync'])
  for (const texts of warnings(reported))
    expect(keysOf(texts)).toEqual(['immutableTags', 'encryption', 'policy', 'tags'])
  expect(unchanged.map(({ imageTagMutability }) => imageTagMutability)).toEqual(['MUTABLE', 'MUTABLE'])
})

test('a dry run says what a run will change', () => {
  for (const texts of warnings(planned))
    expect(endsOf(texts)).toEqual(['a run will change it', STAYS, ...Array(2).fill('a run will change it')])
})

test('reconcile changes it, keeps what is of others, and is done after one run', () => {
  const changed = 'changed to that of the list'
  for (const texts of warnings(mended)) expect(endsOf(texts)).toEqual([changed, STAYS, changed, changed])
  for (const texts of warnings(settled)) expect(endsOf(texts)).toEqual([STAYS])
  for (const one of after) {
    expect(one).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'sha256-*' }],
      tags: { team: 'platform', cost: '1', 'image-mirror:managed': 'true' },
    })
    for (const name of ['Others', '111122223333', 'o-a1b2c3d4e5']) expect(one.policyText).toContain(name)
  }
})
