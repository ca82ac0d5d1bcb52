// The alerts of scheduled runs while the list is broken, or Plan fails. The tests are one history: each goes on from the
// state that the previous one has left.
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ErrorName } from '../../../mirror/error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { thrownBy } from './answers.ts'
import { type Fault, startWorld, type Told, type World } from './world.ts'

const FINE = 'docker.io/library/redis:7.4'
const PLACE = { Bucket: 'lists', Key: 'images.yaml' }
let world: World
let s3: S3Client

beforeAll(async () => {
  world = await startWorld(
    {
      regions: ['us-east-1'],
      images: ['quay.io/prometheus/node-exporter:v1.8.2'],
      prefix: 'mirror',
      allowedRegistries: ['docker.io', 'quay.io'],
      imagesFrom: `s3://${PLACE.Bucket}/${PLACE.Key}`,
      alerts: {},
    },
    { remembers: true },
  )
  s3 = new S3Client({ forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: PLACE.Bucket }))
})
afterAll(async () => {
  s3.destroy()
  await world.stop()
})

const write = (Body: string) => s3.send(new PutObjectCommand({ ...PLACE, Body }))
const scheduled = { input: { schedule: 'rate(1 day)' } }
const messagesOf = (runs: readonly Told[]) => runs.map(({ messages }) => messages.length)

const endsOf = (runs: readonly Told[]) =>
  runs.map(({ ended }) => (ended.status === 'SUCCEEDED' ? undefined : ended.error))
const up: Fault = () => undefined

async function runs(count: number, fault: Fault = up): Promise<Told[]> {
  const all: Told[] = []
  for (let run = 0; run < count; run++) all.push(await world.run(fault, scheduled))
  return all
}

test('reports a list that has never been good once, although every run is refused', async () => {
  const told = await runs(4)
  expect(endsOf(told)).toEqual(Array(4).fill(ErrorName.PlanRefused))
  expect(messagesOf(told)).toEqual([1, 0, 0, 0])
  expect(told[0]?.messages[0]).toContain('Nothing was mirrored.')
  expect(told[0]?.messages[0]).toContain('s3://lists/images.yaml does not exist')
})

test('reports once that the list is good again', async () => {
  await write(`images: ["${FINE}"]`)
  const told = await runs(2)
  expect(told.map(({ ended }) => ended.status)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
  expect(messagesOf(told)).toEqual([1, 0])
  expect(told[0]?.messages[0]).toContain('The whole list is mirrored again.')
})

test('reports a broken list once while runs use the last good one, and again if it breaks in another way', async () => {
  await s3.send(new DeleteObjectCommand(PLACE))
  const missing = await runs(3)
  await write('images: [')
  const half = await runs(2)
  expect(endsOf([...missing, ...half])).toEqual(Array(5).fill(ErrorName.MirrorFailed))
  expect(messagesOf(missing)).toEqual([1, 0, 0])
  expect(messagesOf(half)).toEqual([1, 0])
  expect(missing[0]?.messages[0]).toContain('THE LIST')
})

test('reports a pair that fails while the list is broken', async () => {
  const deny: Fault = ({ state }) => {
    if (state === StateName.Diff) throw thrownBy(ErrorName.AccessDenied, 'no')
    return undefined
  }
  const told = await runs(2, deny)
  expect(messagesOf(told)).toEqual([1, 0])
  expect(told[0]?.messages[0]).toContain(`- ${FINE}`)
  await write(`images: ["${FINE}"]`)
  const [back] = await runs(1)
  expect(back?.messages[0]).toContain('The whole list is mirrored again.')
  expect(back?.messages[0]).toContain('IN SYNC AGAIN')
})

test('reports a Plan that fails for another reason once, and its recovery once', async () => {
  const lost: Fault = ({ state }) => {
    if (state === StateName.Plan) throw thrownBy('Lambda.Unknown', 'it has exited')
    return undefined
  }
  const told = await runs(3, lost)
  expect(endsOf(told)).toEqual(Array(3).fill(ErrorName.PlanFailed))
  expect(messagesOf(told)).toEqual([1, 0, 0])
  // A manual run with a list of its own alerts although scheduled runs have alerted.
  const own = await world.run(lost, { input: { images: [FINE] } })
  expect(messagesOf([own])).toEqual([1])
  expect(messagesOf(await runs(2))).toEqual([1, 0])
})

test('the rule on status changes alerts for each run whose Report fails too', async () => {
  const down: Fault = ({ state }) => {
    if (state === StateName.Plan || state === StateName.ReportRefusal) throw thrownBy('NoSuchBucket', 'gone')
    return undefined
  }
  const told = await runs(2, down)
  expect(endsOf(told)).toEqual(['NoSuchBucket', 'NoSuchBucket'])
  expect(messagesOf(told)).toEqual([1, 1])
})
