// SIGKILL during a copy between Debian's registries: no tag ever lacks content, and a rerun completes the copy.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Sides } from '../copy/faults/sides.ts'
import { multiArch } from '../copy/images.ts'
import { callsToKill, startCopy } from '../copy/kills.ts'
import { FROM, TO } from '../copy/pair.ts'
import type { Action } from '../support/actions.ts'
import { startDockerSides } from './docker-side.ts'
import { requireTools } from './tools.ts'

let sides: Sides
let root: Descriptor

beforeAll(() => requireTools('docker-registry', 'skopeo'))
beforeEach(async () => {
  sides = await startDockerSides()
  const made = await sides.source.fill(FROM, async (build) => [
    await multiArch(build, '1.0', { size: 40_000 }),
  ])
  root = made[0] as Descriptor
})
afterEach(async () => {
  for (const side of Object.values(sides)) await side[Symbol.asyncDispose]()
})

const start = () => startCopy(sides.source.address, sides.target.address, root)

/** Counts the requests to both registries, and kills the copy at one of them. */
function killAt(copy: ChildProcess, call: number, when: 'before' | 'after'): void {
  const kill: Action = (request, response, handler) => {
    if (when === 'before') {
      copy.kill('SIGKILL')
      // The registry may still process a request that the dead process has sent.
      request.destroy()
      return
    }
    response.once('finish', () => copy.kill('SIGKILL'))
    handler(request, response)
  }
  let calls = 0
  for (const { faults } of Object.values(sides)) faults.add({ on: () => ++calls === call }, kill)
}

/** Every existing tag has all its content. */
async function expectNothingHalf(): Promise<void> {
  const tag = await sides.target.tag(TO, '1.0')
  if (tag === undefined) return
  expect(tag).toBe(root.digest)
  expect(await sides.target.broken(TO, tag)).toEqual([])
}

test.each(callsToKill(9))('killed $when the answer to call $call', async ({ call, when }) => {
  const copy = start()
  killAt(copy, call, when)
  await once(copy, 'exit')
  await expectNothingHalf()
  const [code] = await once(start(), 'exit')
  expect(code).toBe(0)
  expect(await sides.target.tag(TO, '1.0')).toBe(root.digest)
  expect(await sides.target.broken(TO, root.digest)).toEqual([])
})
