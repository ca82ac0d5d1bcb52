// Deploys to the services of the local run, so that the trial itself is tested without an account.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import type { OnRequest } from '../../local/aws/call.ts'
import { endpointsOf } from '../../local/aws/other-accounts.ts'
import type { OtherAccount } from '../../local/aws/sts.ts'
import { CLOCKS } from '../../local/clock.ts'
import { ACCOUNT, type Cloud, startCloud } from '../../local/cloud.ts'
import { synthesize } from '../../local/cloudformation/synth.ts'
import { deploy } from '../../local/deploy.ts'
import { awsEnvironment, type Variables } from '../../local/environment.ts'
import { openExecutions } from '../../local/executions.ts'
import type { Deployment } from './deployment.ts'

export interface LocalAws extends Deployment, AsyncDisposable {
  readonly account: string
  readonly cloud: Cloud
  /** The environment in which the trial reaches the services. */
  readonly environment: Variables
}

export interface LocalAwsProps {
  /** The home region first. */
  readonly regions: readonly string[]
  readonly accounts?: readonly OtherAccount[]
  readonly onRequest?: OnRequest
  /** The folder of the cloud assembly, which is used again for the same list. @default - one of its own */
  readonly outdir?: string
}

export async function startLocalAws({
  regions,
  accounts,
  onRequest,
  outdir,
}: LocalAwsProps): Promise<LocalAws> {
  const [region = ''] = regions
  const folder = await mkdtemp(join(tmpdir(), 'local-aws-'))
  const stop = new AbortController()
  const opened: (() => Promise<unknown>)[] = []
  const cloud = await startCloud({
    region,
    regions,
    ecrDir: join(folder, 'ecr'),
    secretsFile: join(folder, 'secrets.json'),
    anonymousPull: false,
    keepCalls: false,
    ...(accounts && { accounts }),
    ...(onRequest && { onRequest }),
  })
  return {
    account: ACCOUNT,
    cloud,
    environment: {
      ...awsEnvironment(region, cloud.endpoints, 'Operator', cloud.key),
      ...endpointsOf(cloud),
      AWS_ENDPOINT_URL_SQS: cloud.endpoints.S3,
    },
    async deploy(list, { stack: name }, signal) {
      const made = await synthesize({
        list,
        outdir: outdir ?? join(folder, 'cdk.out'),
        account: ACCOUNT,
        region,
        signal,
      })
      // The app names the stack by its context, and here it has none.
      const renamed = (stack: string) => stack.replace(made.stack, name)
      const assembly = {
        ...made,
        stack: name,
        others: made.others.map((other) => ({ ...other, stack: renamed(other.stack) })),
      }
      const deployed = await deploy({
        assembly,
        cloud,
        environment: endpointsOf(cloud),
        workDir: join(folder, 'builds'),
        logDir: folder,
      })
      for (const template of deployed.templates)
        for (const { name: QueueName } of template.resources('AWS::SQS::Queue'))
          await cloud.sqs.send(new CreateQueueCommand({ QueueName }))
      const executions = await openExecutions({
        stack: deployed,
        cloud,
        clock: CLOCKS.fast,
        stateDir: folder,
        signal: stop.signal,
      })
      opened.push(() => executions.settled().catch(unlessDeleted), deployed.close)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      for (const close of opened) await close()
      await cloud.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A run that a push started may still read what the trial has deleted. */
function unlessDeleted(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error
}
