// Dry runs of `image-mirror sync`: they compare, and copy nothing.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSyncWorld, type SyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

test('--dry-run ends with 3 when something would be copied, and writes nothing', async () => {
  await world.imageOf('team/app', '1.0')
  const { status, counts } = await world.synced(world.listOf('SOURCE/team/app:1.0'), '--dry-run')
  expect(status).toBe(3)
  expect(counts).toMatchObject({ missing: 2, synced: 0 })
  for (const target of world.targets) expect(target.count(/^(?:PUT|POST|PATCH) /)).toBe(0)
})

test('a dry run names the command that copies, and tries again as a dry run', async () => {
  await world.imageOf('team/app', '1.0')
  const { out } = await world.run(world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/none:1.0'), {
    flags: ['--dry-run'],
  })
  const none = `${world.source.address}/team/none:1.0`
  expect(out).toContain(
    `Try the failed pairs again:\n  npx image-mirror sync --dry-run --only ${none} /list.yaml\n`,
  )
  expect(out).toMatch(/: 2 missing, 2 failed; compared in [^;]*\n/)
  expect(out).toContain('Copy what is missing:\n  npx image-mirror sync /list.yaml\n')
})

test('a dry run says what filters select in a note, without a warning and without bytes', async () => {
  await world.imageOf('team/app', '1.0')
  await world.imageOf('team/app', 'edge')
  const list = world.listOf(`{source: SOURCE/team/app, tags: {include: ['/^1/']}}`)
  const { out } = await world.run(list, { flags: ['--dry-run'] })
  expect(out).toContain('/team/app, 1 is selected; 1 is not included: edge')
  expect(out).not.toContain('warning')
  expect(out).not.toMatch(/missing .* B /)
  expect(out.match(/note: of the/g)).toHaveLength(1)
  const { pairs } = await world.synced(list, '--dry-run')
  expect(pairs.map(({ notes, warnings }) => [notes?.length, warnings])).toEqual([
    [1, undefined],
    [1, undefined],
  ])
})
