// An upstream and the embedded ECR, found as on AWS, and the Sync program's job between them.
import { vi } from 'vitest'
import type { JobEnd } from '../../copy/job.ts'
import type { EcrOptions } from '../../local/aws/ecr.ts'
import type { ResolvedTag, WorkOrder } from '../../mirror/documents.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { type SyncDependencies, syncOrder } from '../../sync/run.ts'
import { orderFor, REPOSITORY, startAws, type TestAws } from '../copy/aws.ts'
import { multiArch } from '../copy/images.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'

export const FROM = 'library/app'

export interface SyncWorld extends AsyncDisposable {
  readonly upstream: TestRegistry
  readonly aws: TestAws
  readonly registries: Registries
  /** Makes an order for these tags, from upstream to the home region. */
  order(tags: readonly ResolvedTag[], more?: Partial<WorkOrder>): WorkOrder
  sync(order: WorkOrder, more?: Partial<SyncDependencies>): Promise<JobEnd>
  /** Creates an image with several platforms at upstream, under this tag. */
  image(tag: string): Promise<Descriptor>
  /** The digest of each tag. */
  tagsIn(region: string): Promise<Record<string, string>>
}

export async function startSyncWorld(options: Partial<EcrOptions> = {}): Promise<SyncWorld> {
  const [upstream, aws] = await Promise.all([startRegistry(), startAws(options)])
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value)
  const registries = createRegistries({ retry: { attempts: 2, baseMs: 1, maxMs: 2 } })
  return {
    upstream,
    aws,
    registries,
    order: (tags, more) => orderFor(upstream, tags, more),
    sync: (order, more = {}) => syncOrder(order, { registries, readCredentials, ...more }),
    image: async (tag) => multiArch(await upstream.build(FROM), tag),
    tagsIn: async (region) => Object.fromEntries(await (await aws.store(region)).tags.all(REPOSITORY)),
    async [Symbol.asyncDispose]() {
      await registries.close()
      await aws[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
      vi.unstubAllEnvs()
    },
  }
}
