/** Turns a push to ECR into a list of one image: the pushed repository, to every other place that pushes go to. */
import type { z } from 'zod'
import type { pushSchema } from '../execution-input.ts'
import type { List } from '../list/config.ts'
import { type Problem, refuse } from '../list/document/problems.ts'
import { matchesAny } from '../list/names.ts'
import type { Deployed } from '../list/parse-list.ts'
import { ecrHost } from '../list/partitions.ts'
import { pushedRegions } from '../list/push.ts'
import { REGIONS_TARGET } from '../list/targets/schema.ts'

export type Push = z.infer<typeof pushSchema>

/**
 * Returns the list for a run that a push started; undefined if no other place needs it.
 * @param restore - includes the region of the push, where a copy of another region's push may have replaced it
 * @throws InvalidInput for a push that the configuration does not cover
 */
export function pushList(
  push: Push,
  { list: configured, account }: Deployed,
  file: string,
  restore = false,
): List | undefined {
  const problems = [
    ...foreignAccount(push, account),
    ...unlistedRepository(push, configured),
    ...foreignRegion(push, configured),
  ]
  if (problems.length > 0) refuse(file, problems)
  const { to = [REGIONS_TARGET], regions: chosen = configured.regions } = configured.push ?? {}
  const regions = to.includes(REGIONS_TARGET)
    ? chosen.filter((region) => restore || region !== push.region)
    : []
  const targets = to.filter((name) => name !== REGIONS_TARGET || regions.length > 0)
  if (targets.length === 0) return undefined
  return {
    images: [
      {
        source: sourceOf(push),
        repository: push.repository,
        targets,
        ...(regions.length === 0 ? {} : { regions }),
      },
    ],
    regions: configured.regions,
    ...(configured.targets === undefined ? {} : { targets: configured.targets }),
    ...(configured.home === undefined ? {} : { home: configured.home }),
    repositories: configured.repositories,
  }
}

/** Pins the pushed digest, so that the run never copies anything else. A signature has no tag of its own. */
function sourceOf({ account, region, repository, tag, digest }: Push): string {
  return `${ecrHost(account, region)}/${repository}${tag === '' ? '' : `:${tag}`}@${digest}`
}

/** Events of other accounts do not reach our rules: such a push was made up. */
function foreignAccount({ account }: Push, own: string | undefined): Problem[] {
  if (own === undefined || account === own) return []
  return [{ path: ['push', 'account'], text: `push.account: "${account}" is not this account, ${own}` }]
}

function unlistedRepository({ repository }: Push, { push }: List): Problem[] {
  const patterns = push?.repositories ?? []
  if (matchesAny(patterns, repository)) return []
  const known =
    patterns.length === 0 ? 'it has no "push"' : `its "push.repositories" are ${patterns.join(', ')}`
  const text = `push.repository: "${repository}" is not covered by the list; ${known}`
  return [{ path: ['push', 'repository'], text }]
}

function foreignRegion({ region }: Push, list: List): Problem[] {
  const from = pushedRegions(list)
  if (from.includes(region)) return []
  const text = `push.region: "${region}" is not a region whose pushes are copied; the push regions are ${from.join(', ')}`
  return [{ path: ['push', 'region'], text }]
}
