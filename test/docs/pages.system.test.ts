// Every command of the pages that can run without AWS itself runs, in a copy of the project, and prints what the page
// shows below it. The tutorial has a test of its own.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { linesThatRun } from './shell/lines.ts'
import { differs } from './shell/output.ts'
import { setupOf } from './shell/setups.ts'
import { openPagesWorld, type PagesWorld } from './shell/world.ts'

const LINES = linesThatRun()

let world: PagesWorld
beforeAll(async () => {
  world = await openPagesWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** With the names of real runs in place of those on the page. */
function named(line: string): string {
  return line
    .replace(/\bstart-\d{8}T\d{6}Z-[0-9a-f]{4}\b/, world.failedRun)
    .replace(/\bRUN\b/, world.firstRun)
    .replace(/\bBUCKET\b/, world.bucket)
}

test.each(LINES)('at $place: $line', async ({ page, line, output }) => {
  const { files = {}, before = [], failed = false, statuses = [0], shownBy } = setupOf(page, line)
  await world.write(files)
  if (failed) await world.failOnce()
  for (const first of before) expect(await world.run(named(first), true)).toMatchObject({ status: 0 })
  const done = await world.run(named(line), !line.includes('npm start'))
  const printed = `${done.out}\n${done.err}`
  if (output !== undefined && shownBy === undefined)
    expect(differs(output, done.out === '' ? done.err : done.out), printed).toBeUndefined()
  expect(statuses, printed).toContain(done.status)
})
