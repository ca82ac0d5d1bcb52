// The embedded ECR for the Sync program's tests, which the SDK finds by its environment variables, as on AWS.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ecr, type EcrOptions, startEcr } from '../../local/aws/ecr.ts'
import { openStore, type Store } from '../../local/aws/registry/store/store.ts'
import { awsEnvironment } from '../../local/environment.ts'
import type { ResolvedTag, WorkOrder } from '../../mirror/documents.ts'
import { regionTarget } from '../../mirror/target.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { TestRegistry } from './registries.ts'

export const HOME = 'us-east-1'
export const AWAY = 'eu-west-1'
export const REPOSITORY = 'mirror/app'
export const SECRET = 'upstream-credentials'

export interface TestAws extends AsyncDisposable {
  readonly ecr: Ecr
  readonly environment: Readonly<Record<string, string>>
  /** Reads the content of a region directly from its store. */
  store(region: string): Promise<Store>
}

export async function startAws(
  options: Partial<EcrOptions> = {},
  s3 = 'http://127.0.0.1:9',
): Promise<TestAws> {
  const dir = await mkdtemp(join(tmpdir(), 'sync-aws-'))
  const secretsFile = join(dir, 'secrets.json')
  await writeFile(secretsFile, JSON.stringify({ [SECRET]: '{"username":"reader","accessToken":"hunter2"}' }))
  const ecr = await startEcr({ dir, account: '123456789012', regions: [HOME, AWAY], secretsFile, ...options })
  const endpoints = {
    S3: s3,
    SNS: s3,
    ECR: ecr.endpoint,
    ECR_PUBLIC: ecr.endpoint,
    SECRETS_MANAGER: ecr.endpoint,
    KMS: ecr.endpoint,
    SSM: ecr.endpoint,
    DYNAMODB: ecr.endpoint,
    SFN: ecr.endpoint,
    STS: ecr.endpoint,
    CLOUDFORMATION: ecr.endpoint,
    CLOUDWATCH_LOGS: ecr.endpoint,
    CLOUDWATCH: ecr.endpoint,
    EVENTBRIDGE: ecr.endpoint,
    SERVICE_QUOTAS: ecr.endpoint,
    SCHEDULER: ecr.endpoint,
    LAMBDA: ecr.endpoint,
    IAM: ecr.endpoint,
    SQS: ecr.endpoint,
  }
  return {
    ecr,
    environment: awsEnvironment(HOME, endpoints, 'SyncRole', 'key'),
    store: (region) => openStore(join(dir, region)),
    async [Symbol.asyncDispose]() {
      await ecr.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export function tagOf(tag: string, { digest, mediaType, size }: Descriptor): ResolvedTag {
  return { tag, digest, mediaType, size }
}

/** Makes an order for these tags, from upstream to the home region. */
export function orderFor(
  upstream: TestRegistry,
  tags: readonly ResolvedTag[],
  more: Partial<WorkOrder> = {},
): WorkOrder {
  return {
    run: 'test',
    image: `${upstream.address}/library/app`,
    target: regionTarget(HOME),
    repository: REPOSITORY,
    settings: { repositories: { immutableTags: false, scanOnPush: true, tags: {} } },
    tags: [...tags],
    artifacts: [],
    readFrom: [{ registry: upstream.address, repository: 'library/app' }],
    ...more,
  }
}
