// What Plan lets a run forget: with lists elsewhere and namespaces that can or cannot be read.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { muteConsole } from './invoke.ts'

const LIST = {
  regions: ['us-east-1'],
  prefix: 'mirror',
  images: [
    { source: 'docker.io/library/redis:7.4', prune: true },
    { source: '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/*', tags: { include: ['latest'] } },
  ],
  imagesFrom: 's3://lists/images.yaml',
}
const MORE = JSON.stringify(['quay.io/prometheus/node-exporter:v1.8.2'])

let s3: LocalS3
let plan: typeof import('../../lambdas/plan.ts').plan

beforeAll(async () => {
  s3 = await startS3()
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', LIST_URL: 's3://work/list.json', POWERTOOLS_DEV: 'true' })
  const list = { Bucket: 'work', Key: 'list.json', Body: JSON.stringify(LIST) }
  await new S3Client().send(new PutObjectCommand(list))
  ;({ plan } = await import('../../lambdas/plan.ts'))
})
afterAll(() => s3.stop())

/** Returns the number of repositories that the run may prune, and whether it may forget images. */
async function plannedWith(images: string, repositories: readonly string[]) {
  const execution = 'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1'
  const { prune, run } = await plan(
    { run: 'run-1', execution, input: {} },
    {
      store: openWorkBucket('work'),
      listUrl: 's3://work/list.json',
      account: '123456789012',
      isRunning: () => Promise.resolve(false),
      readPlace: (_, name) => Promise.resolve([{ name, content: { text: images } }]),
      listRepositories: () => Promise.resolve(repositories),
    },
  )
  return { places: prune.count, partial: run.partial ?? false }
}

test('prunes, and forgets images in the status, only in runs that know all that is wanted', async () => {
  expect(await plannedWith(MORE, ['team/app'])).toEqual({ places: 1, partial: false })
  expect(await plannedWith(MORE, [])).toEqual({ places: 0, partial: true })
  expect(await plannedWith('broken: [', ['team/app'])).toEqual({ places: 0, partial: true })
})
