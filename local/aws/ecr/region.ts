/** One region's ECR: its store, its account settings, and the settings of its repositories. */
import { join } from 'node:path'
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { readIfThere, writeAtomically } from '../registry/store/files.ts'
import { openStore, type Store } from '../registry/store/store.ts'

export const MUTABILITY = [
  'MUTABLE',
  'IMMUTABLE',
  'MUTABLE_WITH_EXCLUSION',
  'IMMUTABLE_WITH_EXCLUSION',
] as const

/** ECR's settings of a repository, with ECR's defaults. */
export const repositorySettingsSchema = z.object({
  createdAt: z.string().default('1970-01-01T00:00:00.000Z'),
  imageTagMutability: z.enum(MUTABILITY).default('MUTABLE'),
  imageTagMutabilityExclusionFilters: z
    .array(z.object({ filterType: z.literal('WILDCARD'), filter: z.string() }))
    .default([]),
  scanOnPush: z.boolean().default(false),
  encryptionConfiguration: z
    .object({ encryptionType: z.string(), kmsKey: z.string().optional() })
    .default({ encryptionType: 'AES256' }),
  lifecyclePolicyText: z.string().optional(),
  policyText: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
})
export type RepositorySettings = z.infer<typeof repositorySettingsSchema>

export interface EcrRegion {
  readonly account: string
  readonly region: string
  readonly store: Store
  repositoryArn(name: string): string
  /** Returns undefined if the repository does not exist. */
  settingsOf(repository: string): Promise<RepositorySettings | undefined>
  accountSetting(name: string): Promise<string | undefined>
  setAccountSetting(name: string, value: string): Promise<void>
}

/** A region with a running registry. */
export interface ServedRegion extends EcrRegion {
  /** `127.0.0.1:PORT` */
  readonly address: string
}

export async function openRegion(dir: string, account: string, region: string): Promise<EcrRegion> {
  const store = await openStore(dir)
  const file = join(dir, 'account-settings.json')
  const accountSettings = async (): Promise<Record<string, string>> => {
    const bytes = await readIfThere(file)
    return bytes === undefined ? {} : z.record(z.string(), z.string()).parse(JSON.parse(bytes.toString()))
  }
  return {
    account,
    region,
    store,
    repositoryArn: (name) => arnOf('ecr', region, account, `repository/${name}`),
    async settingsOf(repository) {
      const settings = await store.repositories.settings(repository)
      return settings === undefined ? undefined : repositorySettingsSchema.parse(settings)
    },
    accountSetting: async (name) => (await accountSettings())[name],
    async setAccountSetting(name, value) {
      await writeAtomically(file, JSON.stringify({ ...(await accountSettings()), [name]: value }))
    },
  }
}

/** Whether an existing tag is immutable. `*` in a filter matches any characters. */
export function isImmutable(settings: RepositorySettings, tag: string): boolean {
  const excluded = settings.imageTagMutabilityExclusionFilters.some(({ filter }) =>
    new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(tag),
  )
  switch (settings.imageTagMutability) {
    case 'MUTABLE':
      return false
    case 'IMMUTABLE':
      return true
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded
  }
}
