/** Checks the stacks that forward pushes: one in each region of the list's `push.from`, and none elsewhere. */
import pMap from 'p-map'
import { partitionOf } from '../../../../mirror/list/partitions.ts'
import { REGIONS } from '../../../../mirror/list/regions.ts'
import { awsCommand, type Check, type Context, deployCommand } from '../context.ts'
import { allOk, type Finding, failed, warning } from '../document.ts'
import { stackFinding } from './stack.ts'

const PARALLEL_REGIONS = 8

export const pushStacks: Check = {
  name: 'push stacks',
  async run(context) {
    const { mirror } = context.deployed
    const { push } = await context.list()
    const wanted = (push?.from ?? []).filter((region) => region !== mirror.region)
    const others = REGIONS.filter(
      (region) =>
        region !== mirror.region &&
        partitionOf(region) === partitionOf(mirror.region) &&
        !wanted.includes(region),
    )
    const missing = await Promise.all(wanted.map((region) => wantedProblem(context, region)))
    const left = await pMap(others, (region) => leftover(context, region), { concurrency: PARALLEL_REGIONS })
    const found = wanted.length === 0 ? 'none is needed, and none is left' : `in ${wanted.join(', ')}`
    return allOk(found, [...missing, ...left])
  },
}

async function wantedProblem(context: Context, region: string): Promise<Finding | undefined> {
  const stack = await context.pushStack(region)
  if (stack === undefined)
    return failed(`pushes in ${region} reach nobody: the stack that forwards them is missing there`, {
      remedy: 'Deploy all stacks:',
      command: deployCommand(context),
    })
  const finding = stackFinding(stack, context)
  return finding.status === 'ok' ? undefined : finding
}

/** Errors of credentials in a region mean that the account has not enabled it. */
async function leftover(context: Context, region: string): Promise<Finding | undefined> {
  const stack = await context.pushStack(region).catch((error: unknown) => {
    if (isDisabledRegion(error)) return undefined
    throw error
  })
  if (stack === undefined) return undefined
  return warning(`${stack.name} is left in ${region}, which "push.from" of the list does not name`, {
    remedy: 'Delete the stack, or add the region to the list:',
    command: awsCommand(context, `cloudformation delete-stack --stack-name ${stack.name}`, region),
  })
}

const DISABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired']

function isDisabledRegion(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && DISABLED.includes(cause.name)
}
