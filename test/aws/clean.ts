// Deletes what trials have created, by their names: stacks, buckets, repositories and queues.
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStacks,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation'
import { DeleteRepositoryCommand, ECRClient, paginateDescribeRepositories } from '@aws-sdk/client-ecr'
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { DeleteQueueCommand, paginateListQueues } from '@aws-sdk/client-sqs'
import { assumeRole } from '../../registry/ecr/assumed-role.ts'
import type { Leftovers } from './names.ts'
import { queueClient } from './queue.ts'
import type { Pace } from './world.ts'

export interface CleanProps {
  readonly regions: readonly string[]
  readonly leftovers: Leftovers
  readonly pace: Pace
  /** A role of another account, whose repositories are deleted too. */
  readonly otherRole: string | undefined
}

/** A build, or a deployment that was interrupted, may create something while the rest is deleted. */
const PASSES = 3

/** Deletes everything, until nothing is left. @returns what was deleted. @throws AggregateError */
export async function clean(props: CleanProps): Promise<string[]> {
  const deleted = new Set<string>()
  for (let pass = 0; pass < PASSES; pass++) {
    const found = await cleanOnce(props)
    if (found.length === 0) break
    for (const one of found) deleted.add(one)
  }
  return [...deleted]
}

/** Goes on if something cannot be deleted, and fails at the end. */
async function cleanOnce({ regions, leftovers, pace, otherRole }: CleanProps): Promise<string[]> {
  const [home = ''] = regions
  const work = [
    // Stacks first: while they exist, they may still write.
    ...regions.map((region) => () => deleteStacks(region, leftovers, pace)),
    () => deleteBuckets(home, leftovers),
    () => deleteQueues(home, leftovers),
    ...regions.map((region) => () => deleteRepositories(region, leftovers)),
    ...(otherRole === undefined ? [] : [() => deleteRepositories(home, leftovers, otherRole)]),
  ]
  const deleted: string[] = []
  const errors: unknown[] = []
  for (const one of work) {
    try {
      deleted.push(...(await one()))
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'not everything could be deleted')
  return deleted
}

export async function deleteStacks(region: string, { isStack }: Leftovers, pace: Pace): Promise<string[]> {
  const client = new CloudFormationClient({ region })
  try {
    const names: string[] = []
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {}))
      names.push(...Stacks.flatMap(({ StackName = '' }) => (isStack(StackName) ? [StackName] : [])))
    for (const StackName of names) await client.send(new DeleteStackCommand({ StackName }))
    const delay = Math.max(1, Math.ceil(pace.pollMs / 1000))
    const waiter = { client, maxWaitTime: pace.patienceMs / 1000, minDelay: delay, maxDelay: delay }
    for (const StackName of names)
      await waitUntilStackDeleteComplete(waiter, { StackName }).catch(async () => {
        throw new Error(
          `the stack ${StackName} in ${region} is not deleted: ${await stateOf(client, StackName)}`,
        )
      })
    return names.map((name) => `stack ${name} in ${region}`)
  } finally {
    client.destroy()
  }
}

/** The waiter's own error has the whole answer of AWS. */
async function stateOf(client: CloudFormationClient, StackName: string): Promise<string> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
  return Stacks.map(({ StackStatus, StackStatusReason }) =>
    [StackStatus, StackStatusReason].filter(Boolean).join(': '),
  ).join()
}

async function deleteBuckets(region: string, { isBucket }: Leftovers): Promise<string[]> {
  const client = new S3Client({ region })
  try {
    const { Buckets = [] } = await client.send(new ListBucketsCommand({}))
    const names = Buckets.flatMap(({ Name = '' }) => (isBucket(Name) ? [Name] : []))
    for (const Bucket of names) await unlessGone(deleteBucket(client, Bucket))
    return names.map((name) => `bucket ${name}`)
  } finally {
    client.destroy()
  }
}

async function deleteBucket(client: S3Client, Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    const Objects = Contents.map(({ Key }) => ({ Key: Key ?? '' }))
    if (Objects.length > 0)
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
  }
  await client.send(new DeleteBucketCommand({ Bucket }))
}

/** Lists may name for a minute what is deleted. */
const GONE = [
  'NoSuchBucket',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'RepositoryNotFoundException',
]

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion
  } catch (error) {
    if (!(error instanceof Error) || !GONE.includes(error.name)) throw error
  }
}

async function deleteQueues(region: string, { isQueue }: Leftovers): Promise<string[]> {
  const client = queueClient(region)
  try {
    const urls: string[] = []
    const pages = paginateListQueues({ client, pageSize: 1000 }, { QueueNamePrefix: 'image-mirror-test-' })
    for await (const { QueueUrls = [] } of pages)
      urls.push(...QueueUrls.filter((url) => isQueue(url.split('/').at(-1) ?? '')))
    for (const QueueUrl of urls) await unlessGone(client.send(new DeleteQueueCommand({ QueueUrl })))
    return urls.map((url) => `queue ${url}`)
  } finally {
    client.destroy()
  }
}

async function deleteRepositories(
  region: string,
  { isRepository }: Leftovers,
  role?: string,
): Promise<string[]> {
  const credentials = role === undefined ? {} : { credentials: assumeRole({ role }, region) }
  const client = new ECRClient({ region, ...credentials })
  try {
    const names: string[] = []
    for await (const { repositories = [] } of paginateDescribeRepositories({ client }, {}))
      names.push(
        ...repositories.flatMap(({ repositoryName = '' }) =>
          isRepository(repositoryName) ? [repositoryName] : [],
        ),
      )
    for (const repositoryName of names)
      await unlessGone(client.send(new DeleteRepositoryCommand({ repositoryName, force: true })))
    return names.map((name) => `repository ${name} in ${region}${role === undefined ? '' : `, by ${role}`}`)
  } finally {
    client.destroy()
  }
}
