/** Operations on repositories, and GetAuthorizationToken. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import { encryptionInput, encryptionOf } from './configuration/encryption.ts'
import { checkFilters, exclusionFilters } from './configuration/mutability.ts'
import {
  type Context,
  inRepository,
  invalid,
  operation,
  pageOf,
  paging,
  repositoryName,
  requireSettings,
  seconds,
} from './operation.ts'
import { MUTABILITY, type RepositorySettings } from './region.ts'

export const MAX_TAGS = 50

export const tagList = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))

/** @throws {AwsError} InvalidTagParameterException */
export function checkTags(tags: z.infer<typeof tagList>): void {
  const reserved = tags.find(({ Key }) => Key.toLowerCase().startsWith('aws:'))
  if (reserved !== undefined)
    throw new AwsError(
      'InvalidTagParameterException',
      `The tag key '${reserved.Key}' has the reserved prefix aws:`,
    )
}

export const getAuthorizationToken = operation(z.object({}), async (_, { region, accessKeyId, tokens }) => {
  const { password, expiresAt } = tokens.issue(accessKeyId, region.region)
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  return {
    authorizationData: [
      { authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint: `http://${region.address}` },
    ],
  }
})

export const createRepository = operation(
  z.object({
    ...inRepository,
    tags: tagList.default([]),
    imageTagMutability: z.enum(MUTABILITY).default('MUTABLE'),
    imageTagMutabilityExclusionFilters: exclusionFilters,
    imageScanningConfiguration: z.object({ scanOnPush: z.boolean().default(false) }).optional(),
    encryptionConfiguration: encryptionInput,
  }),
  async ({ repositoryName: name, imageScanningConfiguration, tags, ...input }, context) => {
    checkTags(tags)
    if (tags.length > MAX_TAGS)
      throw new AwsError('TooManyTagsException', `The repository can have at most ${MAX_TAGS} tags`)
    const filters = checkFilters(input.imageTagMutability, input.imageTagMutabilityExclusionFilters)
    if ((await context.region.settingsOf(name)) !== undefined)
      throw new AwsError('RepositoryAlreadyExistsException', context.say.repositoryExists(name))
    const settings: RepositorySettings = {
      imageTagMutability: input.imageTagMutability,
      imageTagMutabilityExclusionFilters: filters,
      encryptionConfiguration: encryptionOf(input.encryptionConfiguration, context),
      createdAt: new Date().toISOString(),
      scanOnPush: imageScanningConfiguration?.scanOnPush ?? false,
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    }
    if (!(await context.region.store.repositories.create(name, settings))) {
      throw new AwsError('RepositoryAlreadyExistsException', context.say.repositoryExists(name))
    }
    return { repository: describe(context, name, settings) }
  },
)

export const describeRepositories = operation(
  z.object({ repositoryNames: z.array(repositoryName).min(1).max(100).optional(), ...paging }),
  async ({ repositoryNames, ...asked }, context) => {
    if (repositoryNames && asked.maxResults !== undefined) {
      throw invalid('maxResults', 'must not be set together with repositoryNames')
    }
    const named = repositoryNames ?? (await context.region.store.repositories.all())
    const { page, ...next } = repositoryNames ? { page: named } : pageOf(named, (name) => name, asked)
    const repositories = page.map(async (name) =>
      describe(context, name, await requireSettings(context, name)),
    )
    return { repositories: await Promise.all(repositories), ...next }
  },
)

export const deleteRepository = operation(
  z.object({ ...inRepository, force: z.boolean().default(false) }),
  async ({ repositoryName: name, force }, context) => {
    const settings = await requireSettings(context, name)
    const { store } = context.region
    if (!force && (await store.manifests.all(name)).length > 0) {
      throw new AwsError('RepositoryNotEmptyException', context.say.repositoryNotEmpty(name))
    }
    await store.exclusively(name, () => store.repositories.delete(name))
    return { repository: describe(context, name, settings) }
  },
)

function describe({ region }: Context, name: string, settings: RepositorySettings) {
  const { imageTagMutabilityExclusionFilters: filters } = settings
  return {
    repositoryArn: region.repositoryArn(name),
    registryId: region.account,
    repositoryName: name,
    repositoryUri: `${region.address}/${name}`,
    createdAt: seconds(settings.createdAt),
    imageTagMutability: settings.imageTagMutability,
    ...(filters.length > 0 ? { imageTagMutabilityExclusionFilters: filters } : {}),
    imageScanningConfiguration: { scanOnPush: settings.scanOnPush },
    encryptionConfiguration: settings.encryptionConfiguration,
  }
}
