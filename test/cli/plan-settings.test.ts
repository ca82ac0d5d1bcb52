// What `image-mirror plan` says of the settings of repositories: those to create, and those that differ.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { multiArch } from '../copy/images.ts'
import { AWAY, FROM, HOME, openPlanWorld, type PlanWorld } from './plan/world.ts'

const SETTINGS = `repositories:
  immutableTags: {except: ['sha256-*']}
  lifecycle: {untagged: {days: 14}}
  policy: {pull: {accounts: ['111122223333']}}
  tags: {team: platform}
  reconcile: true
`

let world: PlanWorld
beforeEach(async () => {
  world = await openPlanWorld()
  await multiArch(await world.source.build(FROM), '1.0')
})
afterEach(() => world[Symbol.asyncDispose]())

test('names the settings of a repository to create', async () => {
  const settings =
    'tags immutable, except for sha256-*; lifecycle policy "expire untagged images 14 days after the push"; policy ImageMirrorPullAccounts; resource tags team'
  const { images } = await world.planned(`${world.appList()}${SETTINGS}`)
  expect(images[0]?.targets.map((target) => target.settings)).toEqual([settings, settings])
  const { printed } = await world.run(`${world.appList()}${SETTINGS}`)
  expect(printed.replaceAll(/\s+/g, ' ')).toContain(`creates the repository (${settings})`)
  expect((await world.planned(world.appList())).images[0]?.targets[0]).not.toHaveProperty('settings')
})

test('reports settings that differ once for all targets, and changes nothing', async () => {
  for (const region of [HOME, AWAY]) await world.mirrorTo(region)
  const before = world.actionsOfEcr().length
  const { images, status } = await world.planned(`${world.appList()}${SETTINGS}`)
  const asked = world.actionsOfEcr().slice(before)
  expect(asked.filter((action) => /^(Put|Set|Tag|Create)/.test(action))).toEqual([])
  expect(images[0]?.targets.map((target) => [target.status, target.differences?.length])).toEqual([
    ['inSync', 4],
    ['inSync', 4],
  ])
  expect(images[0]?.warnings).toEqual(
    ['immutableTags', 'lifecycle', 'policy', 'tags'].map((key) =>
      expect.stringContaining(`${HOME}, ${AWAY}: repositories.${key}: `),
    ),
  )
  expect(status).toBe(0)
})
