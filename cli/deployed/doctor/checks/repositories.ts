/** Checks that Amazon ECR has room in each region: for the repositories of the list, and for the images in each. */
import { ECRClient, paginateDescribeRepositories, paginateListImages } from '@aws-sdk/client-ecr'
import pMap from 'p-map'
import type { List } from '../../../../mirror/list/config.ts'
import { readEntries } from '../../../../mirror/list/entry.ts'
import { isNamespace } from '../../../../mirror/list/namespaces/namespace.ts'
import { isOpen } from '../../../../mirror/list/tags/is-open.ts'
import { ownRepositories } from '../../../../mirror/list/targets/repositories-at.ts'
import { regionOf } from '../../../../mirror/target.ts'
import { plural } from '../../../../mirror/units.ts'
import { pagesOf } from '../../aws/pages.ts'
import { type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, warning } from '../document.ts'
import { type Quota, quotaValue, raiseCommand } from '../quota.ts'

/** 10,000 in old accounts: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const REPOSITORIES: Quota = { service: 'ecr', code: 'L-CFEB8E8D', name: 'repositories' }
const IMAGES: Quota = { service: 'ecr', code: 'L-03A36CE1', name: 'images per repository' }
/** The share of a quota from which on it should be raised. */
const NEARLY_FULL = 0.9
const PARALLEL = 8

export const repositories: Check = {
  name: 'repositories',
  async run(context) {
    // The check of the list reports what is wrong with its places.
    const list = await context.whole().catch(() => context.list())
    const problems = await Promise.all(list.regions.map((region) => problemsIn(context, region, list)))
    const found =
      list.regions.length === 0
        ? 'the list mirrors to no region'
        : `ECR has room for those of the list in ${list.regions.join(', ')}`
    return allOk(found, problems.flat())
  },
}

function problemsIn(context: Context, region: string, list: List): Promise<(Finding | undefined)[]> {
  return using(new ECRClient(context.config(region)), async (client) => {
    const present = await namesIn(context, client)
    // Names with `*` stand for repositories that nobody has named yet.
    const missing = ownRepositories(list).filter((name) => !name.includes('*') && !present.has(name))
    const counted = growing(list, region).filter((name) => present.has(name))
    return [
      await roomProblem(context, region, { present: present.size, missing: missing.length }),
      ...(await imageProblems(context, client, region, counted)),
    ]
  })
}

async function namesIn(context: Context, client: ECRClient): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const pages = paginateDescribeRepositories({ client, pageSize: 1000 }, {})
  const { ask } = context.deployed.mirror
  for await (const page of pagesOf(ask, 'ecr:DescribeRepositories', pages))
    for (const { repositoryName } of page.repositories ?? []) if (repositoryName) found.add(repositoryName)
  return found
}

async function roomProblem(
  context: Context,
  region: string,
  { present, missing }: { readonly present: number; readonly missing: number },
): Promise<Finding | undefined> {
  const quota = await quotaValue(context, REPOSITORIES, region)
  const needed = present + missing
  if (quota === undefined || needed <= quota) return undefined
  return warning(
    `the quota of ${REPOSITORIES.name} in ${region} is ${quota}; ${present} exist, and the list needs ${missing} more`,
    {
      remedy: 'ECR refuses to create the others. Raise the quota:',
      command: raiseCommand(context, REPOSITORIES, Math.ceil(needed / NEARLY_FULL), region),
    },
  )
}

/** The repositories of entries that select tags without naming each. */
function growing(list: List, region: string): string[] {
  const entries = list.images.flatMap((image) => readEntries(image, list))
  const found = entries.filter(
    ({ ref, select, targets }) =>
      !isNamespace(ref) &&
      select.digest === undefined &&
      isOpen(select) &&
      targets.some((target) => regionOf(target) === region),
  )
  return [...new Set(found.map(({ repository }) => repository))]
}

async function imageProblems(
  context: Context,
  client: ECRClient,
  region: string,
  names: readonly string[],
): Promise<(Finding | undefined)[]> {
  if (names.length === 0) return []
  const quota = await quotaValue(context, IMAGES, region)
  if (quota === undefined) return []
  return pMap(
    names,
    async (name) => {
      const count = await imagesIn(context, client, name)
      if (count < quota * NEARLY_FULL) return undefined
      return warning(
        `the repository ${name} in ${region} has ${plural(count, 'image')} of at most ${quota}`,
        {
          remedy: 'Select fewer tags, let "prune" or a lifecycle policy delete old ones, or raise the quota:',
          command: raiseCommand(context, IMAGES, quota * 2, region),
        },
      )
    },
    { concurrency: PARALLEL },
  )
}

/** Counts digests: the platforms of an image and its signatures are images too. */
async function imagesIn(context: Context, client: ECRClient, repositoryName: string): Promise<number> {
  const found = new Set<string | undefined>()
  const pages = paginateListImages({ client, pageSize: 1000 }, { repositoryName })
  for await (const { imageIds = [] } of pagesOf(context.deployed.mirror.ask, 'ecr:ListImages', pages))
    for (const { imageDigest } of imageIds) found.add(imageDigest)
  return found.size
}
