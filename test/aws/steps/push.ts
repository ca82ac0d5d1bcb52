// A push to one region, which EventBridge reports, and the copy in the other.
import { executionInputSchema } from '../../../mirror/execution-input.ts'
import { pushImage } from '../image.ts'
import type { Step } from '../step.ts'
import { digestAt, ended, expectSame, until, type World, withDeployed } from '../world.ts'

export const push: Step = {
  name: 'push',
  async run(world) {
    const repository = `${world.names.prefix}/pushed/app`
    world.started += 1
    const digest = await pushImage(world.home, repository, '1')
    const arn = await until(world, 'a run that the push starts', () => runOf(world, digest))
    const { status } = await withDeployed(world, (deployed) => ended(world, deployed, arn))
    expectSame('the run that the push started', status, 'SUCCEEDED')
    expectSame(`the copy in ${world.other}`, await digestAt(world.other, repository, '1'), digest)
    return `pushed to ${world.home}, and copied to ${world.other}`
  },
}

const RECENT = 10

/** The ARN of the run whose input has the digest. */
async function runOf(world: World, digest: string): Promise<string | undefined> {
  return withDeployed(world, async ({ executions }) => {
    for (const { arn } of await executions.recent(RECENT)) {
      const { input = '{}' } = await executions.describe(arn)
      if (executionInputSchema.safeParse(JSON.parse(input)).data?.push?.digest === digest) return arn
    }
    return undefined
  })
}
