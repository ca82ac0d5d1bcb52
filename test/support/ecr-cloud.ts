// The embedded ECR, which the client finds by AWS's endpoint variables.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ECRClient } from '@aws-sdk/client-ecr'
import { vi } from 'vitest'
import { openRegion } from '../../local/aws/ecr/region.ts'
import { type Ecr, type EcrOptions, startEcr } from '../../local/aws/ecr.ts'
import type { Store } from '../../local/aws/registry/store/store.ts'

export const ACCOUNT = '123456789012'
export const REGIONS = ['us-east-1', 'eu-west-1']

export interface EcrCloud extends AsyncDisposable {
  readonly ecr: Ecr
  client(region: string): ECRClient
  /** A region's store, without its API. */
  store(region: string): Promise<Store>
  /** The names of the API calls so far, without requests of the registry protocol. */
  actions(): string[]
}

export async function startEcrCloud(
  options: Partial<EcrOptions> = {},
  secrets: Readonly<Record<string, unknown>> = {},
): Promise<EcrCloud> {
  const dir = await mkdtemp(join(tmpdir(), 'ecr-'))
  const secretsFile = join(dir, 'secrets.json')
  await writeFile(secretsFile, JSON.stringify(secrets))
  const ecr = await startEcr({
    dir: join(dir, 'ecr'),
    account: ACCOUNT,
    regions: REGIONS,
    secretsFile,
    ...options,
  })
  const clients: ECRClient[] = []
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', ecr.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', ecr.endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  return {
    ecr,
    client(region) {
      const client = new ECRClient({ region })
      clients.push(client)
      return client
    },
    store: async (region) => (await openRegion(join(dir, 'ecr', region), ACCOUNT, region)).store,
    actions: () => ecr.calls.filter(({ service }) => service === 'ecr').map(({ action }) => action ?? ''),
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs()
      for (const client of clients) client.destroy()
      await ecr.close()
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    },
  }
}
