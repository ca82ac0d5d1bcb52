// Runs of the list: a changed pair, nothing to do, and no images at all.

import { sourceOf } from '../source.ts'
import type { Step } from '../step.ts'
import { digestAt, expectSame, run, type World, withDeployed } from '../world.ts'

export const changedPair: Step = {
  name: 'changed pair',
  async run(world) {
    const { status, report, execution, cause } = await run(world, {})
    if (status !== 'SUCCEEDED') throw new Error(`the run ended ${status}: ${cause}`)
    const pairs = report?.pairs.map(({ target, outcome }) => `${target} ${outcome}`).toSorted()
    const targets = [world.home, world.other, ...otherAccount(world)].toSorted()
    expectSame(
      'the pairs of the first run',
      pairs,
      targets.map((target) => `${target} synced`),
    )
    for (const region of [world.home, world.other]) await expectDigest(world, region)
    if (world.given.otherRole !== undefined) await expectDigest(world, world.home, world.given.otherRole)
    expectSame('the children of the execution', await childrenOf(world, execution), ['SUCCEEDED'])
    return `${targets.length} pairs synced by builds; ECR has ${world.digest} in each`
  },
}

/** The targets of another account have its name in front. */
function otherAccount({ given, home }: World): string[] {
  return given.otherRole === undefined ? [] : [`other/${home}`]
}

async function expectDigest({ names, digest }: World, region: string, role?: string): Promise<void> {
  const where = role === undefined ? region : `${region} of the other account`
  const found = await digestAt(region, `${names.prefix}/mirror/app`, '1', role)
  expectSame(`the digest in ${where}`, found, digest)
}

async function childrenOf(world: World, execution: string): Promise<string[]> {
  return withDeployed(world, async ({ executions }) => {
    const found: string[] = []
    for await (const { status } of executions.children(execution)) found.push(status)
    return found
  })
}

export const nothingToDo: Step = {
  name: 'nothing to do',
  async run(world) {
    const { status, report } = await run(world, {})
    const count = 2 + otherAccount(world).length
    expectSame(
      'the second run',
      [status, report?.counts.inSync, report?.counts.synced],
      ['SUCCEEDED', count, 0],
    )
    return 'every pair is in sync, and no build started'
  },
}

/** A day that has passed: the run plans no image. */
const EXPIRED = '2026-01-01'

export const withoutImages: Step = {
  name: 'no images',
  async run(world) {
    const repository = `${world.names.prefix}/mirror/app`
    const expired = { source: `${sourceOf(world)}:1`, repository, expires: EXPIRED }
    const { status, report } = await run(world, { images: [expired] })
    expectSame('a run without images', [status, report?.counts.images ?? 0], ['SUCCEEDED', 0])
    return 'the run succeeded'
  },
}
