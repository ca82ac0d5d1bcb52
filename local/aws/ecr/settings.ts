/** Operations that read and write settings of the account in a region and of repositories. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import { type Context, inRepository, invalid, operation, requireSettings } from './operation.ts'
import { MUTABILITY, type RepositorySettings, repositorySettingsSchema } from './region.ts'
import { tagList } from './repositories.ts'

/** Setting -> allowed values; the first is the default. */
const ACCOUNT_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  BASIC_SCAN_TYPE_VERSION: ['AWS_NATIVE'],
  BLOB_MOUNTING: ['DISABLED', 'ENABLED'],
  REGISTRY_POLICY_SCOPE: ['V2'],
}

export const getAccountSetting = operation(z.object({ name: z.string() }), async ({ name }, { region }) => {
  const [initial] = valuesOf(name)
  return { name, value: (await region.accountSetting(name)) ?? initial }
})

export const putAccountSetting = operation(
  z.object({ name: z.string(), value: z.string() }),
  async ({ name, value }, { region }) => {
    const values = valuesOf(name)
    if (!values.includes(value)) throw invalid('value', `must be one of ${values.join(', ')}`)
    await region.setAccountSetting(name, value)
    return { name, value }
  },
)

function valuesOf(name: string): readonly string[] {
  const values = ACCOUNT_SETTINGS[name]
  if (values) return values
  throw invalid('name', `must be one of ${Object.keys(ACCOUNT_SETTINGS).join(', ')}`)
}

export const putLifecyclePolicy = operation(
  z.object({ ...inRepository, lifecyclePolicyText: z.string().min(100).max(30_720) }),
  async ({ repositoryName, lifecyclePolicyText }, context) => {
    await change(context, repositoryName, { lifecyclePolicyText })
    return { registryId: context.region.account, repositoryName, lifecyclePolicyText }
  },
)

export const getLifecyclePolicy = operation(z.object(inRepository), async ({ repositoryName }, context) => {
  const { lifecyclePolicyText } = await requireSettings(context, repositoryName)
  if (lifecyclePolicyText === undefined) throw noLifecyclePolicy(context, repositoryName)
  return { registryId: context.region.account, repositoryName, lifecyclePolicyText }
})

export const deleteLifecyclePolicy = operation(
  z.object(inRepository),
  async ({ repositoryName }, context) => {
    const { lifecyclePolicyText } = await requireSettings(context, repositoryName)
    if (lifecyclePolicyText === undefined) throw noLifecyclePolicy(context, repositoryName)
    await change(context, repositoryName, { lifecyclePolicyText: undefined })
    return { registryId: context.region.account, repositoryName, lifecyclePolicyText }
  },
)

export const putImageTagMutability = operation(
  z.object({
    ...inRepository,
    imageTagMutability: z.enum(MUTABILITY),
    imageTagMutabilityExclusionFilters: repositorySettingsSchema.shape.imageTagMutabilityExclusionFilters,
  }),
  async ({ repositoryName, ...changed }, context) => {
    await change(context, repositoryName, changed)
    return { registryId: context.region.account, repositoryName, ...changed }
  },
)

export const putImageScanningConfiguration = operation(
  z.object({ ...inRepository, imageScanningConfiguration: z.object({ scanOnPush: z.boolean() }) }),
  async ({ repositoryName, imageScanningConfiguration }, context) => {
    await change(context, repositoryName, imageScanningConfiguration)
    return { registryId: context.region.account, repositoryName, imageScanningConfiguration }
  },
)

const ofResource = { resourceArn: z.string() }

export const tagResource = operation(z.object({ ...ofResource, tags: tagList }), async (input, context) => {
  const name = repositoryIn(input.resourceArn, context)
  const { tags } = await requireSettings(context, name)
  const added = Object.fromEntries(input.tags.map(({ Key, Value }) => [Key, Value]))
  await change(context, name, { tags: { ...tags, ...added } })
  return {}
})

export const untagResource = operation(
  z.object({ ...ofResource, tagKeys: z.array(z.string()) }),
  async ({ resourceArn, tagKeys }, context) => {
    const name = repositoryIn(resourceArn, context)
    const { tags } = await requireSettings(context, name)
    const kept = Object.entries(tags).filter(([key]) => !tagKeys.includes(key))
    await change(context, name, { tags: Object.fromEntries(kept) })
    return {}
  },
)

export const listTagsForResource = operation(z.object(ofResource), async ({ resourceArn }, context) => {
  const { tags } = await requireSettings(context, repositoryIn(resourceArn, context))
  return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
})

function repositoryIn(arn: string, { region }: Context): string {
  const prefix = region.repositoryArn('')
  if (arn.startsWith(prefix)) return arn.slice(prefix.length)
  throw invalid('resourceArn', `must start with ${prefix}`)
}

async function change(context: Context, repository: string, changed: Partial<RepositorySettings>) {
  const { store } = context.region
  await store.exclusively(repository, async () => {
    const settings = await requireSettings(context, repository)
    await store.repositories.configure(repository, { ...settings, ...changed })
  })
}

function noLifecyclePolicy({ say }: Context, repository: string): AwsError {
  return new AwsError('LifecyclePolicyNotFoundException', say.lifecyclePolicyNotFound(repository))
}
