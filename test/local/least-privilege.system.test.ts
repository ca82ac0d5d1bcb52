// Every role has the permissions that it needs, and no more: compares the recorded calls of a run with the template's
// policies.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegion } from '../../local/aws/ecr/region.ts'
import { ACCOUNT } from '../../local/cloud.ts'
import type { LocalRun } from '../../local/run.ts'
import { builder } from '../../local/upstream/builder.ts'
import { layer } from '../../local/upstream/layer.ts'
import { plainSample, SAMPLES, type Sample } from '../../local/upstream/samples.ts'
import { DEFAULT_SCHEDULE } from '../../mirror/list/schedule.ts'
import { keyPair } from '../signatures/signed.ts'
import { byKey, imageOf, tagged } from '../signatures/world.ts'
import { refuse } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { tokenAuth } from '../support/token-auth.ts'
import { allows, nameOf, type Right, rightsOf } from './policies.ts'
import { startRun, stateFolder } from './runs.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const USER = { username: 'mirror', password: 'long-and-winding' }
const SECRET = 'mirror/source'
const SIGNED = 'fluxcd/source-controller'
/** Verified with a key of KMS, in another region. */
const SEALED = 'team/sealed'
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const own = keyPair()
/** Encrypts repositories. */
const keyIn = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-000000000000`
const SETTINGS = {
  immutableTags: { except: ['sha256-*'] },
  scanOnPush: true,
  encryption: { kms: Object.fromEntries(REGIONS.map((region) => [region, keyIn(region)])) },
  lifecycle: { untagged: { days: 14 } },
  policy: { pull: { accounts: ['210987654321'] } },
  tags: { team: 'platform' },
  reconcile: { loosen: ['lifecycle', 'policy'] },
}

const stack = new AsyncDisposableStack()
let stateDir: string
let source: FaultyRegistry
let commons: FaultyRegistry
let done: LocalRun
let rights: readonly Right[]

beforeAll(async () => {
  stateDir = await stateFolder(stack, {
    'secrets.json': { [SECRET]: USER },
    'keys.json': { [KEY]: own.pem },
  })
  source = stack.use(await startFaultyRegistry({ quirks: { auth: tokenAuth({ user: USER }) } }))
  commons = stack.use(await startFaultyRegistry())
  const samples: Record<string, Sample> = {
    'team/app': plainSample('app', ['1.0']),
    'team/busy': plainSample('busy', ['1.0']),
    [SIGNED]: SAMPLES[SIGNED] ?? plainSample('signed', ['v1.4.1']),
  }
  for (const [repository, sample] of Object.entries(samples)) {
    await source.store.repositories.create(repository)
    await sample(builder(source.store, repository))
  }
  const slowDown = refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '31' })
  source.faults.add(/^GET .*\/team\/busy\/blobs\//, slowDown)
  await placeLists()
  await seal()
  await fillEcr()
  done = await startRun(stack, list(), {
    stateDir,
    input: { schedule: DEFAULT_SCHEDULE },
    anonymousPull: false,
    keepCalls: true,
  })
  rights = rightsOf(done.template)
})

afterAll(() => stack.disposeAsync())

/** Images elsewhere, in each kind of place, from a registry that is open to all. */
async function placeLists(): Promise<void> {
  for (const kind of ['object', 'parameter', 'path', 'table']) {
    await commons.store.repositories.create(`else/${kind}`)
    await plainSample(kind, ['1.0'])(builder(commons.store, `else/${kind}`))
  }
  const folder = join(stateDir, 's3', 'lists')
  await mkdir(folder, { recursive: true })
  const { address } = commons
  await writeFile(join(folder, 'images.yaml'), `- ${address}/else/object:1.0\n`)
  const parameters = {
    '/mirror/images': `- ${address}/else/parameter:1.0`,
    '/mirror/parts/a': [`${address}/else/path:1.0`],
  }
  await writeFile(join(stateDir, 'parameters.yaml'), JSON.stringify(parameters))
  const Destination = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/mirror/else/table:1.0`
  const mirror = [{ Source: `${address}/else/table:1.0`, Destination }]
  await writeFile(join(stateDir, 'tables.yaml'), JSON.stringify({ mirror }))
}

/** An image that is signed. */
async function seal(): Promise<void> {
  await source.store.repositories.create(SEALED)
  const app = builder(source.store, SEALED)
  const [image, other] = [await imageOf(app, 'sealed'), await imageOf(app, 'other')]
  await app.tag('1.0', image)
  await tagged(byKey(own))({ app, image, other })
}

/** Images that somebody pushed to this account's ECR. One has a single platform, which only its config states. */
async function fillEcr(): Promise<void> {
  const dir = join(stateDir, 'ecr', 'us-east-1')
  await mkdir(dir, { recursive: true })
  const { store } = await openRegion(dir, ACCOUNT, 'us-east-1')
  await store.repositories.create('base/tool')
  const build = builder(store, 'base/tool')
  await plainSample('tool', ['1.0', '1.1'])(build)
  const layers = [await layer({ name: 'tool' })]
  await build.tag('1.2', await build.image({ os: 'linux', architecture: 'amd64' }, layers))
  // Made by the mirror, and then changed by hand in everything that can be changed back.
  await store.repositories.create('mirror/team/app', { tags: { 'image-mirror:managed': 'true' } })
  // Made by the mirror, whose build ended before the policies were there.
  await store.repositories.create('mirror/base/tool', { tags: { 'image-mirror:managed': 'creating' } })
  for (const [name, tags] of [['tools/one', { mirror: 'yes' }] as const, ['tools/two', {}] as const]) {
    await store.repositories.create(name, { tags })
    await plainSample(name.replace('/', '-'), ['1.0'])(builder(store, name))
  }
}

/** Images that are private, rate-limited, signed, verified, from ECR, or missing, which causes an alert. */
function list() {
  const listed = ['team/app:1.0', 'team/busy:1.0', `${SIGNED}:v1.4.1`, 'team/none:1.0']
  const images = [
    ...listed.map((image) => ({ source: `${source.address}/${image}`, credentials: SECRET })),
    {
      source: `${source.address}/${SEALED}:1.0`,
      credentials: SECRET,
      verify: { key: `awskms:///${KEY}` },
    },
    {
      source: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/base/tool`,
      tags: { include: [String.raw`/^1\.\d+$/`] },
      platforms: ['linux/amd64'],
    },
  ]
  const namespace = {
    source: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/tools/*`,
    tags: { include: [String.raw`/^1\.0$/`] },
    sourceTags: { mirror: 'yes' },
  }
  const given = {
    regions: REGIONS,
    prefix: 'mirror',
    repositories: SETTINGS,
    images: [...images, namespace],
    allowedRegistries: [commons.address],
    imagesFrom: ['s3://lists/images.yaml', 'ssm:/mirror/images', 'ssm:/mirror/parts/', 'dynamodb:mirror'],
  }
  return given
}

/** Callers without a role: the operator, and services that act for themselves. */
function callsOfRoles() {
  const roles = new Set(done.template.resources('AWS::IAM::Role').map(({ id }) => id))
  return done.calls.filter(({ action, accessKeyId = '' }) => action !== undefined && roles.has(accessKeyId))
}

/** Permissions that this run did not use, by role and `action resource`, with their uses. */
const IDLE: readonly (readonly [role: string, rights: RegExp, reason: string])[] = [
  ['MirrorFunctions', /^logs:/, 'Lambda writes the log of a function'],
  ['MirrorFunctions', /^xray:/, 'Lambda traces a function'],
  [
    'MirrorFunctionsResolveRole',
    /^ecr:GetDownloadUrlForLayer .*\/tools\/\*$/,
    'read for the platform of an image without an index, which the namespace does not have',
  ],
  ['MirrorFunctionsPlanRole', /^states:DescribeExecution /, 'no run of the schedule came before this one'],
  ['MirrorFunctionsReportRole', /^states:DescribeExecution /, 'Plan refused no run'],
  ['MirrorFunctionsDiffRole', /^s3:GetObject .*\/refused\/\*$/, 'no target of this run refuses an artifact'],
  ['MirrorFunctionsDiffRole', /^s3:ListBucket /, 'without it, what nobody refused looks forbidden'],
  [
    'MirrorFunctionsOutcomeRole',
    /^s3:ListBucket /,
    'without it, a result that no build left looks forbidden',
  ],
  ['MirrorFunctionsReportRole', /^s3:PutObject .*\/status\/list\.json$/, 'the list has no problems'],
  ['MirrorSyncRole', /^s3:PutObject .*\/refused\/\*$/, 'no target of this run refuses an artifact'],
  ['MirrorSyncRole', /^logs:/, 'CodeBuild writes the log of a build'],
  ['MirrorSyncRole', /^s3:Get.* arn:aws:s3:::cdk-/, 'CodeBuild fetches the program of a build'],
  ['MirrorSyncRole', /^kms:RetireGrant /, 'ECR retires its grants on a key when the repository is deleted'],
  ['MirrorRunRole', /^lambda:InvokeFunction .*:\*$/, 'CDK grants versions with each function'],
  ['MirrorRunRole', /^lambda:InvokeFunction .*FunctionsPrune[0-9A-F]{8}$/, 'the list does not prune'],
  ['MirrorRunRole', /^s3:(AbortMultipartUpload|ListMultipart)/, 'the Map writes many results in parts'],
  ['MirrorRunRole', /^codebuild:(BatchGet|StopBuild)/, 'Step Functions watches builds and stops them'],
  ['MirrorRunRole', /^events:.*rule\/StepFunctionsGetEvent/, 'Step Functions is told of ended builds'],
  ['MirrorRunRole', /^logs:.* \*$/, 'Step Functions writes the log of a run'],
  ['MirrorRunRole', /^xray:/, 'Step Functions traces a run'],
  ['MirrorRunRole', /^kms:.*FailureTopicKey/, 'SNS uses the key of the topic for whoever publishes'],
  ['MirrorRunRole', /^states:/, 'the Map starts, watches and stops its children; people redrive it'],
  ['SchedulerRole', /^states:StartExecution /, 'EventBridge Scheduler starts runs'],
  ['SchedulerRole', /^sqs:SendMessage /, 'EventBridge Scheduler keeps what it could not start'],
]

test('completes the run', () => {
  expect(done.document.counts).toMatchObject({ pairs: 21, synced: 19, failed: 2 })
  expect(source.faults.struck()).toBe(1)
})

test('makes only calls that the roles permit', () => {
  const refused = callsOfRoles().filter((call) => !rights.some((right) => allows(right, call)))
  const told = refused.map((call) => `${call.accessKeyId} ${nameOf(call)} ${call.resource} ${call.region}`)
  expect([...new Set(told)]).toEqual([])
})

test('grants no unused permission without a reason', () => {
  const calls = callsOfRoles()
  const idle = rights.filter((right) => !calls.some((call) => allows(right, call)))
  const unexplained = idle.filter((right) => !IDLE.some((row) => isAbout(row, right)))
  expect(unexplained.map(({ role, action, resource }) => `${role} ${action} ${resource}`)).toEqual([])
  const needless = IDLE.filter((row) => !idle.some((right) => isAbout(row, right)))
  expect(needless, 'reasons for rights that are used, or that nobody has').toEqual([])
})

test.each([
  ['another action', { action: 'DeleteRepository' }],
  [
    'a repository outside of the prefix',
    { resource: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/base/tool` },
  ],
  ['a region that is not in the list', { region: 'ap-south-1' }],
  ['another role', { accessKeyId: 'somebody' }],
])('a push would be refused for %s', (_, change) => {
  const push = callsOfRoles().find(({ action }) => action === 'PutImage')
  if (push === undefined) throw new Error('nothing was pushed')
  expect(rights.some((right) => allows(right, push))).toBe(true)
  expect(rights.some((right) => allows(right, { ...push, ...change }))).toBe(false)
})

function isAbout([role, pattern]: (typeof IDLE)[number], right: Right): boolean {
  return right.role.startsWith(role) && pattern.test(`${right.action} ${right.resource}`)
}
