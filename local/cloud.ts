/** The AWS services that a run needs, on loopback addresses. */
import { S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Call, OnRequest } from './aws/call.ts'
import { newRunKey } from './aws/caller.ts'
import { type Hosted, hostNothing } from './aws/deployed/hosted.ts'
import type { ImageEvent } from './aws/ecr/image-event.ts'
import { type Ecr, startEcr } from './aws/ecr.ts'
import type { OtherAccount } from './aws/sts.ts'
import { startEmulator } from './emulator.ts'
import type { Endpoints } from './environment.ts'
import { createBuckets, type Documents, listKeys, s3Documents } from './s3-documents.ts'

/** AWS's own example account. */
export const ACCOUNT = '123456789012'

export interface CloudProps {
  /** The stack's region. */
  readonly region: string
  /** All target regions. */
  readonly regions: readonly string[]
  /** Other accounts that images go to. @default - none */
  readonly accounts?: readonly OtherAccount[]
  /** The alias of the account's registry in ECR Public. @default - ECR Public is not served */
  readonly publicAlias?: string | undefined
  /** The folder in which ECR stores pushed images. */
  readonly ecrDir: string
  /** The secrets file of Secrets Manager: a JSON object, name -> value. */
  readonly secretsFile: string
  /** The keys file of KMS: a JSON object, ARN -> public key. @default - no keys */
  readonly keysFile?: string
  /** The parameters file of Parameter Store: YAML, name -> value. @default - no parameters */
  readonly parametersFile?: string
  /** The tables file of DynamoDB: YAML, table -> items. @default - no tables */
  readonly tablesFile?: string
  /** Allows pulls without the token that ECR requires. */
  readonly anonymousPull: boolean
  /** Whether `calls()` keeps every call; a long list makes hundreds of thousands. */
  readonly keepCalls: boolean
  /** Injects the fault that it returns for a request. @default - no faults */
  readonly onRequest?: OnRequest
}

export interface Cloud {
  readonly account: string
  readonly region: string
  /** The session token that the services require. */
  readonly key: string
  readonly endpoints: Endpoints
  /** Region -> `host:port` of its registry. */
  readonly registries: Readonly<Record<string, string>>
  /** The registries of other accounts. */
  readonly others: Ecr['others']
  readonly publicAddress: Ecr['publicAddress']
  /** Access to documents for observers. */
  readonly documents: Documents
  /** Returns all keys of a bucket with this prefix. */
  listKeys(bucket: string, prefix: string): Promise<string[]>
  readonly sns: SNSClient
  readonly sqs: SQSClient
  /** Acts as a service that assumes a role of the stack. */
  as(roleId: string): AssumedRole
  /** The deployed stack and its executions, which the services describe. */
  readonly hosted: Hosted
  /** Subscribes to the events of all regions. */
  onEvent(listener: (event: ImageEvent) => void): void
  /** Every call so far with the calling role; empty if calls are not kept. */
  calls(): readonly Call[]
  createBuckets(names: Iterable<string>): Promise<void>
  createTopic(name: string): Promise<void>
  close(): Promise<void>
}

export interface AssumedRole {
  readonly documents: Documents
  readonly sns: SNSClient
  /** Records a call to a service that has no HTTP endpoint here. */
  record(service: string, action: string, resource: string): void
}

export async function startCloud(props: CloudProps): Promise<Cloud> {
  const calls: Call[] = []
  const { ecrDir: dir, regions, secretsFile, keysFile, anonymousPull, keepCalls, onRequest } = props
  const note = (call: Call) => {
    if (keepCalls) calls.push(call)
  }
  const key = newRunKey()
  const emulator = await startEmulator({
    account: ACCOUNT,
    region: props.region,
    key,
    record: note,
    onRequest,
  })
  let listen: (event: ImageEvent) => void = () => {}
  const onEvent = (event: ImageEvent) => listen(event)
  const account = ACCOUNT
  const hosted = hostNothing()
  const ecr = await startEcr({
    dir,
    account,
    regions,
    secretsFile,
    ...(keysFile === undefined ? {} : { keysFile }),
    parametersFile: props.parametersFile,
    tablesFile: props.tablesFile,
    key,
    anonymousPull,
    keepCalls,
    onEvent,
    hosted,
    ...(props.accounts ? { accounts: props.accounts } : {}),
    ...(props.publicAlias === undefined ? {} : { publicAlias: props.publicAlias }),
    ...(onRequest ? { onRequest } : {}),
  })
  const client = {
    endpoint: emulator.endpoint,
    region: props.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: key },
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  }
  const s3 = new S3Client(client)
  const sns = new SNSClient(client)
  // The emulator computes message digests before the account in a message is translated.
  const sqs = new SQSClient(client)
  const opened: { destroy(): void }[] = [s3, sns, sqs]

  function as(roleId: string): AssumedRole {
    const credentials = { ...client.credentials, accessKeyId: roleId }
    const own = {
      s3: new S3Client({ ...client, credentials }),
      sns: new SNSClient({ ...client, credentials }),
    }
    opened.push(own.s3, own.sns)
    const { region } = props
    return {
      documents: s3Documents(own.s3),
      sns: own.sns,
      record(service, action, resource) {
        const at = new Date().toISOString()
        note({ at, service, action, region, accessKeyId: roleId, resource, by: 'api' })
      },
    }
  }

  return {
    account: ACCOUNT,
    region: props.region,
    key,
    endpoints: {
      S3: emulator.endpoint,
      SNS: emulator.endpoint,
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
    },
    registries: ecr.registries,
    others: ecr.others,
    publicAddress: ecr.publicAddress,
    documents: s3Documents(s3),
    listKeys: (bucket, prefix) => listKeys(s3, bucket, prefix),
    sns,
    sqs,
    as,
    hosted,
    onEvent(listener) {
      listen = listener
    },
    calls: () => [...calls, ...ecr.calls],
    createBuckets: (names) => createBuckets(s3, names),
    async createTopic(name) {
      await sns.send(new CreateTopicCommand({ Name: name }))
    },
    async close() {
      for (const client of opened) client.destroy()
      await Promise.all([emulator.close(), ecr.close()])
    },
  }
}
