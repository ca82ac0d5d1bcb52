/** Checks settings of Amazon ECR in each region that write to, or refuse, the repositories of the mirror. */
import {
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  ECRClient,
  GetRegistryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { z } from 'zod'
import { ownRepositories } from '../../../../mirror/list/targets/repositories-at.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, warning } from '../document.ts'

export const registries: Check = {
  name: 'registries',
  async run(context) {
    const list = await context.list()
    const names = ownRepositories(list)
    const problems = await Promise.all(list.regions.map((region) => problemsIn(context, region, names)))
    const found =
      list.regions.length === 0
        ? 'the list mirrors to no region'
        : `nothing else writes the repositories in ${list.regions.join(', ')}`
    return allOk(found, problems.flat())
  },
}

async function problemsIn(
  context: Context,
  region: string,
  names: readonly string[],
): Promise<(Finding | undefined)[]> {
  return using(new ECRClient(context.config(region)), async (client) => [
    await cacheProblem(context, client, region, names),
    await replicationProblem(context, client, region, names),
    await policyProblem(context, client, region),
  ])
}

async function cacheProblem(
  { deployed }: Context,
  client: ECRClient,
  region: string,
  names: readonly string[],
): Promise<Finding | undefined> {
  const request = client.send(new DescribePullThroughCacheRulesCommand({ maxResults: 1000 }))
  const { pullThroughCacheRules = [] } = await deployed.mirror.ask(
    'ecr:DescribePullThroughCacheRules',
    request,
  )
  const [rule] = pullThroughCacheRules.filter(({ ecrRepositoryPrefix = '' }) =>
    // The rule ROOT covers every name that no other rule covers.
    names.some((name) => ecrRepositoryPrefix === 'ROOT' || name.startsWith(`${ecrRepositoryPrefix}/`)),
  )
  if (rule === undefined) return undefined
  return warning(
    `the pull-through cache rule "${rule.ecrRepositoryPrefix}" in ${region} writes to repositories of the mirror`,
    {
      remedy:
        'Give the mirror another "prefix", or the rule another prefix: two writers overwrite each other.',
    },
  )
}

async function replicationProblem(
  { deployed }: Context,
  client: ECRClient,
  region: string,
  names: readonly string[],
): Promise<Finding | undefined> {
  const request = client.send(new DescribeRegistryCommand({}))
  const { replicationConfiguration } = await deployed.mirror.ask('ecr:DescribeRegistry', request)
  const rule = replicationConfiguration?.rules?.find(
    ({ repositoryFilters = [] }) =>
      repositoryFilters.length === 0 ||
      repositoryFilters.some(({ filter = '' }) => names.some((name) => overlaps(name, filter))),
  )
  if (rule === undefined) return undefined
  const to = (rule.destinations ?? []).map((one) => one.region).join(', ')
  return warning(`ECR's own replication copies repositories of the mirror from ${region} to ${to}`, {
    remedy:
      'Exclude them by a filter of the rule: the mirror copies them already, and settings of both differ.',
  })
}

/** Names may end with `*`, and a filter is the beginning of names. */
function overlaps(name: string, filter: string): boolean {
  const begin = name.replace(/\*.*$/s, '')
  return begin.startsWith(filter) || (name.includes('*') && filter.startsWith(begin))
}

const policySchema = z.object({
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
})

async function policyProblem(
  { deployed }: Context,
  client: ECRClient,
  region: string,
): Promise<Finding | undefined> {
  const request = client.send(new GetRegistryPolicyCommand({}))
  const found = await ifExists(
    deployed.mirror.ask('ecr:GetRegistryPolicy', request),
    'RegistryPolicyNotFoundException',
  )
  const { data } = policySchema.safeParse(JSON.parse(found?.policyText ?? '{}'))
  const denies = data?.Statement.some((one) => (one as { Effect?: unknown } | null)?.Effect === 'Deny')
  if (!denies) return undefined
  return warning(`the registry policy in ${region} has a statement that denies`, {
    remedy:
      'Check that it does not deny the roles of the mirror, which create repositories and push to them.',
  })
}
