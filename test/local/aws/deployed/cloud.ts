// The embedded AWS with a deployed stack, the settings of SDK clients for it, and its account, which tests may change.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccountState, healthyAccount } from '../../../../local/aws/deployed/account-state.ts'
import type { DeployedStack } from '../../../../local/aws/deployed/cloud-formation.ts'
import { type Hosted, hostNothing } from '../../../../local/aws/deployed/hosted.ts'
import { type Ecr, startEcr } from '../../../../local/aws/ecr.ts'

export const ACCOUNT = '123456789012'
const KEY = 'the key of this run'

export interface DeployedCloud extends AsyncDisposable {
  readonly ecr: Ecr
  readonly hosted: Hosted
  /** Of clients in the region of the stack, with the credentials of the operator. */
  readonly config: {
    readonly region: string
    readonly endpoint: string
    readonly credentials: {
      readonly accessKeyId: string
      readonly secretAccessKey: string
      readonly sessionToken: string
    }
  }
}

/** Deploys the stack M to us-east-1. */
export async function startDeployed(
  stack: Pick<DeployedStack, 'template' | 'resources'>,
  secrets: Readonly<Record<string, string>> = {},
): Promise<DeployedCloud> {
  const dir = await mkdtemp(join(tmpdir(), 'deployed-'))
  const secretsFile = join(dir, 'secrets.json')
  await writeFile(secretsFile, JSON.stringify(secrets))
  const hosted = hostNothing()
  const id = `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/M/1`
  hosted.stacks.push({ name: 'M', id, region: 'us-east-1', outputs: {}, ...stack })
  const regions = ['us-east-1', 'eu-west-1']
  const ecr = await startEcr({ dir, account: ACCOUNT, regions, hosted, key: KEY, secretsFile })
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x', sessionToken: KEY }
  return {
    ecr,
    hosted,
    config: { region: 'us-east-1', endpoint: ecr.endpoint, credentials },
    async [Symbol.asyncDispose]() {
      await ecr.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Puts an account back into the state of a healthy one. */
export function heal(account: AccountState): void {
  const healthy = healthyAccount()
  for (const [key, value] of Object.entries(account)) {
    value.clear()
    if (value instanceof Map)
      for (const entry of healthy[key as 'quotas'].entries()) (value as Map<string, number>).set(...entry)
  }
}
