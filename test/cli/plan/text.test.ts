// What `plan` shows on a terminal, and how it ends early.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planCommand } from '../../../cli/plan/command.ts'
import { plan } from '../../../cli/plan.ts'
import { multiArch } from '../../copy/images.ts'
import type { TestRegistry } from '../../copy/registries.ts'
import { parsed } from '../parsed.ts'
import { AWAY, FROM, HOME, openPlanWorld, type PlanWorld } from './world.ts'

let world: PlanWorld
let source: TestRegistry
beforeEach(async () => {
  world = await openPlanWorld()
  source = world.source
})
afterEach(() => world[Symbol.asyncDispose]())

test('people read it on 80 columns, and targets with the same answer share a line', async () => {
  const build = await source.build(FROM)
  const image = await multiArch(build, '1.0')
  for (let minor = 1; minor < 40; minor++) await build.tag(`1.${minor}`, image)
  await build.tag('edge', image)
  const entry = `{source: ${source.address}/${FROM}, tags: {include: ['/^1/']}}`
  const { printed } = await world.run(world.listOf(entry), { screen: { isTTY: true, columns: 80 } })
  expect(Math.max(...printed.split('\n').map((line) => line.length))).toBeLessThan(80)
  expect(printed.replaceAll(/\n +/g, ' ')).toContain(
    `41 tags at the source 1 is not included: edge 40 are selected: 1.0, 1.1,`,
  )
  expect(printed).toContain(`  ${HOME}, ${AWAY}: to sync, 40 new tags:`)
  expect(printed).toContain('creates the repository')
  expect(printed).toMatch(/1 image, 2 pairs: 2 to sync \(.* kB\)\. 2 repositories to create\./)
})

test('a pair whose other tags are in sync fails, as in a run, and the failed tag is told once', async () => {
  await multiArch(await source.build(FROM), '1.0')
  await world.mirrorTo(HOME)
  const list = world.listOf(`{source: ${source.address}/${FROM}, tags: {include: ['1.0', '9.9']}}`)
  const { printed } = await world.run(list)
  expect(printed.match(/"9\.9"/g)).toHaveLength(1)
  expect(printed).toContain(`  ${HOME}: the other tags are in sync\n`)
  expect(printed).toMatch(/2 pairs: 1 to sync \(.* kB\), 1 failed\. 1 tag failed\./)
  const { images } = await world.planned(list)
  expect(images[0]?.targets).toMatchObject([
    { target: HOME, status: 'failed', error: { name: 'SourceNotFound' } },
    { target: AWAY, status: 'missing' },
  ])
})

test('counts the images on a terminal, and leaves nothing of that behind', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const { printed } = await world.run(world.appList(), { screen: { isTTY: true, columns: 80, rows: 24 } })
  expect(printed).toContain('0 of 1 image planned\n')
  expect(printed).toContain('1 of 1 image planned\n\r\u001b[1A\u001b[J')
})

test('stops without a plan if it is interrupted', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const interrupted = world.run(world.appList(), { signal: AbortSignal.abort('SIGINT') })
  await expect(interrupted).rejects.toBe('SIGINT')
})

test('a list that is not there, or not valid, is refused before anything is asked', async () => {
  await expect(
    plan(parsed(planCommand, ['none.yaml']), process, new AbortController().signal),
  ).rejects.toThrow(/^file none\.yaml not found in this folder/)
  await expect(world.run('regions: [us-east1]\nimages: [redis]\n')).rejects.toMatchObject({
    name: 'InvalidInput',
  })
  expect(world.actionsOfEcr()).toEqual([])
})
