// An ECR with its own folder, and clients for it: AWS's SDK for the API, fetch for the registry protocol.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { type Ecr, type EcrOptions, startEcr } from '../../../../local/aws/ecr.ts'
import { openStore, type Store } from '../../../../local/aws/registry/store/store.ts'

export const ACCOUNT = '123456789012'

export interface TestCloud extends AsyncDisposable {
  readonly dir: string
  readonly ecr: Ecr
  client(region?: string, accessKeyId?: string): ECRClient
  /** The client of us-east-1. */
  readonly home: ECRClient
  /** The store of a region's registry, to seed content. */
  store(region?: string): Promise<Store>
  /** Sends a request to a region's registry with that region's token. */
  ask(path: string, init?: RequestInit, region?: string): Promise<Response>
}

export async function startTestCloud(options: Partial<EcrOptions> = {}): Promise<TestCloud> {
  const dir = await mkdtemp(join(tmpdir(), 'ecr-'))
  const ecr = await startEcr({ dir, account: ACCOUNT, regions: ['us-east-1', 'eu-west-1'], ...options })
  const clients: ECRClient[] = []
  const client = (region = 'us-east-1', accessKeyId = 'AKIDTEST') => {
    const made = new ECRClient({
      region,
      endpoint: ecr.endpoint,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: 'secret' },
    })
    clients.push(made)
    return made
  }
  const tokens = new Map<string, Promise<string>>()
  const token = (region: string) => {
    const known = tokens.get(region) ?? tokenOf(client(region))
    tokens.set(region, known)
    return known
  }
  return {
    dir,
    ecr,
    client,
    home: client(),
    store: (region = 'us-east-1') => openStore(join(dir, region)),
    async ask(path, init = {}, region = 'us-east-1') {
      const headers = { authorization: `Basic ${await token(region)}`, ...init.headers }
      return fetch(`http://${ecr.registries[region]}${path}`, { redirect: 'manual', ...init, headers })
    },
    async [Symbol.asyncDispose]() {
      for (const made of clients) made.destroy()
      await ecr.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export async function tokenOf(client: ECRClient): Promise<string> {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
  return authorizationData?.[0]?.authorizationToken ?? ''
}
