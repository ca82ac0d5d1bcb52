// SIGKILL and SIGINT at a request of `sync`: no tag ever lacks content, and one rerun completes everything.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AMD64, closureOf, multiArch } from '../../copy/images.ts'
import { layerOf } from '../../copy/registries.ts'
import { start } from '../program.ts'
import { openSyncWorld, type SyncWorld } from './world.ts'

const NAMES = ['a', 'b', 'c']
/** A whole run makes about 230 requests. */
const REQUESTS = 220
const STEP = Number(process.env.SYNC_KILL_STEP ?? 20)

let world: SyncWorld
let file: string
beforeEach(async () => {
  world = await openSyncWorld()
  await multiArch(await world.source.build('team/index'), '1.0', { size: 40_000 })
  for (const name of NAMES) {
    const build = await world.source.build(`team/${name}`)
    const layers = [layerOf('base', 40_000), layerOf(name, 20_000)]
    await build.tag('1.0', await build.image(AMD64, layers))
  }
  file = join(world.folder, 'killed.yaml')
  const entries = ['index', ...NAMES].map((name) => `SOURCE/team/${name}:1.0`)
  await writeFile(file, world.listOf(...entries))
})
afterEach(() => world[Symbol.asyncDispose]())

const registries = () => [world.source, ...world.targets]

/** Whatever tag a target has, all of its content is there. */
async function expectNothingHalf(): Promise<void> {
  for (const { store } of world.targets) {
    for (const name of ['index', ...NAMES]) {
      const digest = await store.tags.find(`mirror/team/${name}`, '1.0').catch(() => undefined)
      if (digest !== undefined) await closureOf(store, `mirror/team/${name}`, digest)
    }
  }
}

test.each(Array.from({ length: Math.ceil(REQUESTS / STEP) }, (_, index) => 1 + index * STEP))(
  'completes after a kill at request %i',
  async (wanted) => {
    const { child, finished } = start('sync', file)
    let requests = 0
    for (const registry of registries()) {
      registry.breakWith((request) => {
        if (++requests !== wanted) return false
        child.kill('SIGKILL')
        request.destroy()
        return true
      })
    }
    await once(child, 'exit')
    await finished
    await expectNothingHalf()
    for (const registry of registries()) registry.breakWith(undefined)
    const again = await start('sync', file).finished
    expect(again.stderr).toContain('8/8')
    expect(again.status).toBe(0)
    for (const name of ['index', ...NAMES]) await world.expectWhole(`mirror/team/${name}`, '1.0')
  },
)

test('reports what Ctrl-C interrupts, and exits with 130', async () => {
  const { child, finished } = start('sync', file)
  let interrupted = false
  world.targets[1].breakWith((request) => {
    if (request.method !== 'PUT') return false
    // A second signal ends the program at once, without a report.
    if (!interrupted) child.kill('SIGINT')
    interrupted = true
    return true
  })
  const { status, stdout, stderr } = await finished
  expect(status).toBe(130)
  expect(stdout).toMatch(/\d interrupted; \d/)
  expect(stdout).not.toContain('failed')
  expect(stderr).toMatch(/^Interrupted: \d of 8 pairs done\. Run the command again to continue\.$/m)
  await expectNothingHalf()
  world.targets[1].breakWith(undefined)
  expect((await start('sync', file).finished).status).toBe(0)
})
