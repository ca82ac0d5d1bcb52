// `npm run test:aws` against the services of the local run: green as a whole, red for wrong answers, and clean after
// every interruption.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import type { OnRequest } from '../../local/aws/call.ts'
import type { OtherAccount } from '../../local/aws/sts.ts'
import { pushImage } from './image.ts'
import { type LocalAws, startLocalAws } from './local-deployment.ts'
import { namesOf } from './names.ts'
import { queueClient } from './queue.ts'
import type { Step } from './step.ts'
import { STEPS } from './steps.ts'
import { cleanTrials, runTrial } from './trial.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const PACE = { pollMs: 50, patienceMs: 120_000 }
const ROLE = 'arn:aws:iam::210987654321:role/mirror'

/** All trials have one name, so that their stacks are synthesized once. */
const NAMES = namesOf('test-0000aa')
const assemblies = await mkdtemp(join(tmpdir(), 'trial-'))
afterAll(() => rm(assemblies, { recursive: true, force: true }))

let aws: LocalAws | undefined
afterEach(async () => {
  await aws?.[Symbol.asyncDispose]()
  aws = undefined
  vi.unstubAllEnvs()
})

async function start(props: { onRequest?: OnRequest; accounts?: OtherAccount[] } = {}): Promise<LocalAws> {
  aws = await startLocalAws({
    regions: REGIONS,
    outdir: join(assemblies, String(props.accounts?.length ?? 0)),
    ...props,
  })
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value)
  return aws
}

interface Tried {
  readonly status: number
  readonly lines: readonly string[]
}

async function trial(
  deployment: LocalAws,
  more: Partial<Parameters<typeof runTrial>[0]> = {},
): Promise<Tried> {
  const lines: string[] = []
  const given = { account: deployment.account, regions: REGIONS, otherRole: undefined, clean: false }
  const signal = new AbortController().signal
  const print = (line: string) => void lines.push(line)
  const status = await runTrial({ given, deployment, names: NAMES, pace: PACE, signal, print, ...more })
  return { status, lines }
}

/** Everything that exists, as AWS says. */
async function everything({ cloud }: LocalAws): Promise<string[]> {
  const found = cloud.hosted.stacks.map(({ name }) => name)
  for (const region of REGIONS) {
    const { repositories = [] } = await new ECRClient({ region }).send(new DescribeRepositoriesCommand({}))
    found.push(...repositories.map(({ repositoryName = '' }) => repositoryName))
  }
  const { Buckets = [] } = await new S3Client({}).send(new ListBucketsCommand({}))
  found.push(...Buckets.map(({ Name = '' }) => Name).filter((name) => !name.startsWith('cdk-')))
  const { QueueUrls = [] } = await queueClient('us-east-1').send(new ListQueuesCommand({}))
  // The local run reads its alerts itself. Stacks are deleted here without their dead-letter queues.
  found.push(...QueueUrls.filter((url) => !/\/alerts$|Undelivered[^/]*$/.test(url)))
  return found
}

test('a whole trial is green, costs less than 0.20 USD, and leaves nothing', async () => {
  const local = await start()
  const { status, lines } = await trial(local)
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([])
  expect(status).toBe(0)
  expect(lines.filter((line) => line.startsWith('ok'))).toHaveLength(STEPS.length)
  const [, cost = ''] = /at most ([\d.]+) USD/.exec(lines.at(-1) ?? '') ?? []
  expect(Number(cost)).toBeGreaterThan(0)
  expect(Number(cost)).toBeLessThan(0.2)
  expect(await everything(local)).toEqual([])
})

test('a trial with another account mirrors there too, and leaves nothing there', async () => {
  const other = { account: '210987654321', regions: ['us-east-1'], roles: [{ role: ROLE }] }
  const local = await start({ accounts: [other] })
  const given = { account: local.account, regions: REGIONS, otherRole: ROLE, clean: false }
  const steps = STEPS.filter(({ name }) => ['source image', 'deploy', 'changed pair'].includes(name))
  const { status, lines } = await trial(local, { given, steps })
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([])
  expect(status).toBe(0)
  expect(lines.join('\n')).toContain('3 pairs synced')
  expect(lines.join('\n')).toMatch(
    /repository image-mirror-test-\w+\/mirror\/app in us-east-1, by arn:aws:iam::2/,
  )
})

/** A step at which the process is killed: what follows, the deletion included, does not happen. */
const KILLED = new Error('killed')

test('what is left when a trial is killed at any step is deleted by --clean, and nothing else', async () => {
  const local = await start()
  await pushImage('us-east-1', 'image-mirror-test/not-of-a-trial', '1')
  for (const count of [1, 2, 7]) {
    await killedAfter(local, count)
    expect((await everything(local)).length).toBeGreaterThan(1)
    const lines: string[] = []
    const given = { account: local.account, regions: REGIONS, otherRole: undefined, clean: true }
    await cleanTrials({ given, pace: PACE, print: (line) => void lines.push(line) })
    expect(lines.length).toBeGreaterThan(0)
    expect(await everything(local)).toEqual(['image-mirror-test/not-of-a-trial'])
  }
})

async function killedAfter(local: LocalAws, count: number): Promise<void> {
  const gate = Promise.withResolvers<never>()
  // Never settles: the trial is abandoned where it is.
  const kill: Step = {
    name: 'kill',
    run: () => {
      gate.reject(KILLED)
      return new Promise(() => {})
    },
  }
  await expect(
    Promise.race([trial(local, { steps: [...STEPS.slice(0, count), kill] }), gate.promise]),
  ).rejects.toBe(KILLED)
}

test('an interrupted trial stops, deletes everything, and is red', async () => {
  const local = await start()
  const stop = new AbortController()
  const interrupt: Step = {
    name: 'interrupt',
    run: async () => {
      stop.abort(new Error('interrupted'))
      return ''
    },
  }
  const steps = [...STEPS.slice(0, 3), interrupt, ...STEPS.slice(3)]
  const { status, lines } = await trial(local, { steps, signal: stop.signal })
  expect(status).toBe(1)
  expect(lines).toContain('FAILED  interrupted')
  expect(await everything(local)).toEqual([])
})

test.each<[fault: string, onRequest: OnRequest, words: string]>([
  [
    'another digest in a region',
    ({ service, action, region, accessKeyId }) => {
      if (service !== 'ecr' || action !== 'DescribeImages' || accessKeyId !== 'Operator') return undefined
      if (region !== 'eu-west-1') return undefined
      const imageDetails = [{ imageDigest: `sha256:${'0'.repeat(64)}` }]
      return { status: 200, body: JSON.stringify({ imageDetails }) }
    },
    'FAILED  the digest in eu-west-1: expected',
  ],
  [
    'a copy that ECR refuses',
    ({ action, region }) =>
      action === 'PutImage' && region === 'eu-west-1'
        ? { status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' }
        : undefined,
    'FAILED  the run ended FAILED',
  ],
])('%s makes a trial red, and it still deletes everything', async (_, onRequest, words) => {
  const local = await start({ onRequest })
  const { status, lines } = await trial(local)
  expect(status).toBe(1)
  expect(lines.find((line) => line.startsWith('FAILED'))).toContain(words)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'Observer')
  expect(await everything(local)).toEqual([])
})

test('the credentials of another account are refused before anything is created', async () => {
  const local = await start()
  const given = { account: '999999999999', regions: REGIONS, otherRole: undefined, clean: false }
  await expect(trial(local, { given })).rejects.toThrow('the AWS credentials are of the account 123456789012')
  expect(await everything(local)).toEqual([])
})

const refusedWith =
  (__type: string, message: string): OnRequest =>
  ({ service, action, region }) =>
    service === 'ecr' && action === 'DescribeRepositories' && region === 'eu-west-1'
      ? { status: 400, body: JSON.stringify({ __type, message }) }
      : undefined

test.each<[what: string, onRequest: OnRequest, words: string]>([
  [
    'a region that is not enabled',
    refusedWith('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    'enable the region in the account',
  ],
  [
    'a region that the organization denies',
    refusedWith('AccessDeniedException', 'with an explicit deny in a service control policy'),
    'access is denied in eu-west-1: choose other --regions',
  ],
])('%s is refused before anything is created', async (_, onRequest, words) => {
  const local = await start({ onRequest })
  await expect(trial(local)).rejects.toThrow(words)
  expect(local.cloud.hosted.stacks).toEqual([])
})

test('a home region that is not bootstrapped is refused with the command, before anything is created', async () => {
  const local = await start()
  local.cloud.hosted.account.bootstrap.set('us-east-1', undefined)
  await expect(trial(local)).rejects.toThrow('npx cdk bootstrap aws://123456789012/us-east-1')
  expect(await everything(local)).toEqual([])
})

test('a new account without any build is red before the first run, with the command that raises the quota', async () => {
  const local = await start()
  local.cloud.hosted.account.quotas.set('L-5ED1D25B', 0)
  const { status, lines } = await trial(local)
  expect(status).toBe(1)
  const failed = lines.find((line) => line.startsWith('FAILED')) ?? ''
  expect(failed).toContain('so that nothing can be copied')
  expect(failed).toContain('--quota-code L-5ED1D25B')
  expect(await everything(local)).toEqual([])
})

test('what cannot be deleted is named with the command that deletes it later', async () => {
  let kept = true
  const local = await start({
    onRequest: ({ service, action }) =>
      kept && service === 'ecr' && action === 'DeleteRepository'
        ? { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }) }
        : undefined,
  })
  const { status, lines } = await trial(local, { steps: STEPS.slice(0, 1) })
  expect(status).toBe(1)
  expect(lines.join('\n')).toContain(
    'npm run test:aws -- --clean --account 123456789012 --regions us-east-1,eu-west-1',
  )
  kept = false
  const given = { account: local.account, regions: REGIONS, otherRole: undefined, clean: true }
  await cleanTrials({ given, pace: PACE, print: () => {} })
  expect(await everything(local)).toEqual([])
})

test('CloudWatch may evaluate an alarm again before its message has arrived', async () => {
  let state: LocalAws['cloud']['hosted'] | undefined
  const local = await start({
    onRequest: ({ service, action }) => {
      // As CloudWatch does within seconds of SetAlarmState.
      if (service === 'cloudwatch' && action === 'DescribeAlarms') state?.account.alarms.clear()
      return undefined
    },
  })
  state = local.cloud.hosted
  const steps = STEPS.filter(({ name }) => ['deploy', 'subscribe', 'alarm'].includes(name))
  const { status, lines } = await trial(local, { steps })
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([])
  expect(status).toBe(0)
})
