// ECR's events in their real formats, through the rule and into a plan.
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import { startByPush } from '../../../infra/triggers/pushes.ts'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import { deliveries } from '../../../local/eventbridge/events.ts'
import type { JsonObject } from '../../../local/json.ts'
import { planItems } from '../../../mirror/plan/plan.ts'
import { storedPush } from '../../../mirror/plan/pushed.ts'
import { INPUT, listOfPush, parseInput } from '../../../mirror/plan/run-list.ts'
import { settlePushes } from '../../../mirror/plan/settle-pushes.ts'
import { listOf, resourcesOf, testStack } from '../templates.ts'

const PLACE = { account: '123456789012', region: 'us-east-1', partition: 'aws', stack: 'Test' }
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror'
const DIGEST = `sha256:${'7f5b2640'.repeat(8)}`
const LIST = listOf({
  regions: ['us-east-1', 'eu-west-1', 'ap-southeast-2'],
  push: { repositories: ['team/*'] },
})
const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
function event(type: string, detail: JsonObject, resources: string[] = []): JsonObject {
  return {
    version: '0',
    id: '13cde686-328b-6117-af20-0e5566167482',
    'detail-type': type,
    source: 'aws.ecr',
    account: PLACE.account,
    time: '2026-01-16T01:54:34Z',
    region: PLACE.region,
    resources,
    detail: { 'repository-name': 'team/app', 'image-digest': DIGEST, ...detail },
  }
}

function imageAction(action: string, detail: JsonObject): JsonObject {
  return event('ECR Image Action', { result: 'SUCCESS', 'action-type': action, ...detail })
}

/** The input that the rule of the synthesized stack passes to the state machine. */
function started(by: JsonObject): readonly unknown[] {
  const stack = testStack()
  const machine = StateMachine.fromStateMachineArn(stack, 'Machine', MACHINE)
  const undelivered = new Queue(stack, 'Undelivered')
  startByPush(stack, { machine, undelivered }, { repositories: ['team/*'] })
  const template = openTemplate({ Resources: resourcesOf(stack) as unknown as JsonObject }, PLACE)
  return deliveries(template, by).map(({ targetArn, input }) => {
    expect(targetArn).toBe(MACHINE)
    return JSON.parse(input)
  })
}

test.each([
  // Events for an index have no artifact-media-type.
  ['an index', imageAction('PUSH', { 'image-tag': '1.0', 'manifest-media-type': INDEX })],
  [
    'a single manifest',
    imageAction('PUSH', {
      'image-tag': '1.0',
      'manifest-media-type': MANIFEST,
      'artifact-media-type': CONFIG,
    }),
  ],
  // The documented format, which older events have.
  ['an image of which no more is said', imageAction('PUSH', { 'image-tag': '1.0' })],
])('plans the push of %s with a tag, to all regions except its own', async (_what, push) => {
  const [given, ...more] = started(push)
  expect(more).toEqual([])
  const pushedTo = parseInput(given).push
  if (pushedTo === undefined) throw new Error('the input has no push')
  const note = async () => settlePushes([], storedPush(pushedTo, 0))
  const { list, pushed } = await listOfPush(pushedTo, { list: LIST, account: PLACE.account }, note)
  if (list === undefined) throw new Error('the push wants nothing')
  const items = planItems({ list, file: INPUT, account: PLACE.account, pushed })
  expect(items).toMatchObject([
    {
      source: { registry: '123456789012.dkr.ecr.us-east-1.amazonaws.com', repository: 'team/app' },
      select: { include: ['1.0'], digest: DIGEST, ifMoved: 'skip' },
      repository: 'team/app',
    },
  ])
  const targets = items.flatMap(({ waves }) => waves.flatMap((wave) => wave.targets))
  expect(targets.map(({ id }) => id).sort()).toEqual(['ap-southeast-2', 'eu-west-1'])
})

test('plans an artifact that was pushed by its digest, such as a signature, for what it describes', async () => {
  const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json'
  const untagged = { 'image-tag': '', 'manifest-media-type': MANIFEST, 'artifact-media-type': bundle }
  const [given, ...more] = started(imageAction('PUSH', untagged))
  expect(more).toEqual([])
  const pushedTo = parseInput(given).push
  if (pushedTo === undefined) throw new Error('the input has no push')
  const note = () => Promise.reject(new Error('artifacts never conflict'))
  const deployed = { list: listOf({ regions: LIST.regions, push: { ...LIST.push, from: LIST.regions } }) }
  const { list, pushed } = await listOfPush(pushedTo, { ...deployed, account: PLACE.account }, note)
  const items = planItems({ list: list ?? LIST, file: INPUT, account: PLACE.account, pushed })
  expect(items).toMatchObject([{ select: { include: [], digest: DIGEST, isArtifact: true } }])
})

test.each([
  [
    'the untagged child of an index',
    imageAction('PUSH', {
      'image-tag': '',
      'manifest-media-type': MANIFEST,
      'artifact-media-type': CONFIG,
    }),
  ],
  ['a deletion', imageAction('DELETE', { 'image-tag': '1.0' })],
  [
    'an image that is archived',
    imageAction('UPDATE_STORAGE_CLASS', { 'image-tag': '1.0', 'target-storage-class': 'ARCHIVE' }),
  ],
  [
    'an image that comes back from the archive',
    imageAction('UPDATE_STORAGE_CLASS', { 'image-tag': '1.0', 'target-storage-class': 'STANDARD' }),
  ],
  ['a copy of ours', imageAction('PUSH', { 'image-tag': '7.4', 'repository-name': 'mirror/redis' })],
  ['a push that was refused', imageAction('PUSH', { 'image-tag': '1.0', result: 'FAILURE' })],
  [
    'a push in a region that the list does not name',
    { ...imageAction('PUSH', { 'image-tag': '1.0' }), region: 'eu-west-1' },
  ],
  [
    'what replication brought',
    event('ECR Replication Action', {
      result: 'SUCCESS',
      'action-type': 'REPLICATE',
      'image-tag': '1.0',
      'source-account': PLACE.account,
      'source-region': 'eu-west-1',
    }),
  ],
  [
    'what the pull-through cache brought',
    event(
      'ECR Pull Through Cache Action',
      {
        'rule-version': '1',
        'sync-status': 'SUCCESS',
        'ecr-repository-prefix': 'team',
        'upstream-registry-url': 'public.ecr.aws',
        'image-tag': '1.0',
      },
      ['arn:aws:ecr:us-east-1:123456789012:repository/team/app'],
    ),
  ],
])('%s starts nothing', (_what, by) => {
  expect(started(by)).toEqual([])
})
