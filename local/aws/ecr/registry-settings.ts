/** Operations on the settings of a registry: replication, pull-through cache rules and the registry policy. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import { REPOSITORY_NAME } from './messages.ts'
import { type Context, invalid, operation, pageOf, paging } from './operation.ts'

const rulesSchema = z
  .array(
    z.object({
      destinations: z
        .array(z.object({ region: z.string(), registryId: z.string().regex(/^\d{12}$/) }))
        .max(25),
      repositoryFilters: z
        .array(z.object({ filter: z.string().min(2).max(256), filterType: z.literal('PREFIX_MATCH') }))
        .max(100)
        .optional(),
    }),
  )
  .max(10)

const cacheRuleSchema = z.object({
  ecrRepositoryPrefix: z
    .string()
    .min(2)
    .max(30)
    .regex(new RegExp(`^(?:${REPOSITORY_NAME}/?|ROOT)$`)),
  upstreamRegistryUrl: z.string().min(1),
})

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html */
export const describeRegistry = operation(z.object({}), async (_, { region }) => ({
  registryId: region.account,
  replicationConfiguration: { rules: await stored(region, 'replication', rulesSchema) },
}))

export const putReplicationConfiguration = operation(
  z.object({ replicationConfiguration: z.object({ rules: rulesSchema }) }),
  async ({ replicationConfiguration }, { region }) => {
    await region.setAccountSetting('replication', JSON.stringify(replicationConfiguration.rules))
    return { replicationConfiguration }
  },
)

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribePullThroughCacheRules.html */
export const describePullThroughCacheRules = operation(z.object(paging), async (input, { region }) => {
  const rules = await stored(region, 'cacheRules', z.array(cacheRuleSchema))
  const sorted = rules.toSorted((one, other) =>
    one.ecrRepositoryPrefix < other.ecrRepositoryPrefix ? -1 : 1,
  )
  const { page, ...more } = pageOf(sorted, ({ ecrRepositoryPrefix }) => ecrRepositoryPrefix, input)
  return { pullThroughCacheRules: page.map((rule) => ({ ...rule, registryId: region.account })), ...more }
})

export const createPullThroughCacheRule = operation(cacheRuleSchema, async (rule, { region }) => {
  const rules = await stored(region, 'cacheRules', z.array(cacheRuleSchema))
  if (rules.some(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix === rule.ecrRepositoryPrefix))
    throw new AwsError(
      'PullThroughCacheRuleAlreadyExistsException',
      `The pull through cache rule with prefix '${rule.ecrRepositoryPrefix}' already exists.`,
    )
  await region.setAccountSetting('cacheRules', JSON.stringify([...rules, rule]))
  return { ...rule, registryId: region.account }
})

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html */
export const getRegistryPolicy = operation(z.object({}), async (_, { region }) => {
  const policyText = await region.accountSetting('registryPolicy')
  if (policyText !== undefined) return { registryId: region.account, policyText }
  throw new AwsError(
    'RegistryPolicyNotFoundException',
    `Registry policy does not exist in the registry with id '${region.account}'`,
  )
})

export const putRegistryPolicy = operation(
  z.object({ policyText: z.string() }),
  async ({ policyText }, { region }) => {
    try {
      JSON.parse(policyText)
    } catch {
      throw invalid('policyText', 'must be a JSON document')
    }
    await region.setAccountSetting('registryPolicy', policyText)
    return { registryId: region.account, policyText }
  },
)

async function stored<T>(region: Context['region'], name: string, schema: z.ZodType<T[]>): Promise<T[]> {
  return schema.parse(JSON.parse((await region.accountSetting(name)) ?? '[]'))
}
