/** Finds this account, if a list needs it. */
import type { List } from '../../mirror/list/config.ts'
import { readEntry } from '../../mirror/list/entry.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { Registries } from '../../registry/model/registry.ts'

/**
 * Returns this account, whose images are not copied onto themselves. Lists without sources in ECR do not need it, and
 * work without AWS credentials.
 */
export async function ownAccount(
  list: List,
  registries: Pick<Registries, 'ecr'>,
): Promise<string | undefined> {
  const entries = list.images.map((entry) => readEntry(entry, list))
  const [region] = list.regions
  if (region === undefined || entries.every(({ ref }) => parseEcrHost(ref.registry) === undefined))
    return undefined
  const own = await registries.ecr(region, 'any').catch(() => undefined)
  return own === undefined ? undefined : parseEcrHost(own.registry)?.account
}
