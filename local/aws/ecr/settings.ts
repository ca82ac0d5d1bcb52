/** Operations that read and write settings of the account in a region and of repositories. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import { checkFilters, exclusionFilters } from './configuration/mutability.ts'
import {
  type Context,
  changeSettings,
  inRepository,
  invalid,
  operation,
  requireSettings,
} from './operation.ts'
import { MUTABILITY } from './region.ts'
import { checkTags, MAX_TAGS, tagList } from './repositories.ts'

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

export const putImageTagMutability = operation(
  z.object({
    ...inRepository,
    imageTagMutability: z.enum(MUTABILITY),
    imageTagMutabilityExclusionFilters: exclusionFilters,
  }),
  async ({ repositoryName, imageTagMutability, ...given }, context) => {
    const filters = checkFilters(imageTagMutability, given.imageTagMutabilityExclusionFilters)
    const changed = { imageTagMutability, imageTagMutabilityExclusionFilters: filters }
    await changeSettings(context, repositoryName, changed)
    return { registryId: context.region.account, repositoryName, ...changed }
  },
)

export const putImageScanningConfiguration = operation(
  z.object({ ...inRepository, imageScanningConfiguration: z.object({ scanOnPush: z.boolean() }) }),
  async ({ repositoryName, imageScanningConfiguration }, context) => {
    await changeSettings(context, repositoryName, imageScanningConfiguration)
    return { registryId: context.region.account, repositoryName, imageScanningConfiguration }
  },
)

const ofResource = { resourceArn: z.string() }

export const tagResource = operation(z.object({ ...ofResource, tags: tagList }), async (input, context) => {
  const name = repositoryIn(input.resourceArn, context)
  const settings = await requireSettings(context, name)
  checkTags(input.tags)
  const tags = { ...settings.tags, ...Object.fromEntries(input.tags.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(tags).length > MAX_TAGS)
    throw new AwsError('TooManyTagsException', `The repository can have at most ${MAX_TAGS} tags`)
  await changeSettings(context, name, { tags })
  return {}
})

export const untagResource = operation(
  z.object({ ...ofResource, tagKeys: z.array(z.string()) }),
  async ({ resourceArn, tagKeys }, context) => {
    const name = repositoryIn(resourceArn, context)
    const { tags } = await requireSettings(context, name)
    const kept = Object.entries(tags).filter(([key]) => !tagKeys.includes(key))
    await changeSettings(context, name, { tags: Object.fromEntries(kept) })
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
