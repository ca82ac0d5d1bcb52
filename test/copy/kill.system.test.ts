// SIGKILL before and after each response to a copy: no tag ever lacks content, and a rerun completes the copy.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { multiArch } from './images.ts'
import { callsToKill, startCopy } from './kills.ts'
import { startPair, type TestPair, TO } from './pair.ts'

let pair: TestPair
let root: Descriptor
beforeEach(async () => {
  pair = await startPair()
  root = await multiArch(pair.build, '1.0', { size: 40_000 })
})
afterEach(() => pair[Symbol.asyncDispose]())

const start = () => startCopy(pair.source.address, pair.target.address, root)

/** Counts the requests to both registries, and kills the copy at one of them. */
function killAt(copy: ChildProcess, call: number, when: 'before' | 'after'): void {
  let calls = 0
  for (const registry of [pair.source, pair.target]) {
    registry.breakWith((request, response) => {
      if (++calls !== call) return false
      if (when === 'after') {
        response.once('finish', () => copy.kill('SIGKILL'))
        return false
      }
      copy.kill('SIGKILL')
      // The registry may still process a request that the dead process has sent.
      request.destroy()
      return true
    })
  }
}

/** Every existing tag has all its content. */
async function expectNothingHalf(): Promise<void> {
  if ((await pair.tagsAtTarget()).length > 0) await pair.expectWhole(root, '1.0')
}

async function expectRerunToComplete(): Promise<void> {
  for (const registry of [pair.source, pair.target]) registry.breakWith(undefined)
  const present = await committedBlobs()
  pair.target.forgetLog()
  const [code] = await once(start(), 'exit')
  expect(code).toBe(0)
  await pair.expectWhole(root, '1.0')
  // Uploads in progress at the kill may have been committed, so the rerun may send fewer blobs.
  expect(pair.target.count(/^POST/)).toBeLessThanOrEqual(5 - present)
}

async function committedBlobs(): Promise<number> {
  const digests = [...pair.target.log()].flatMap(
    (line) => /HEAD .*\/blobs\/(sha256:.*)/.exec(line)?.[1] ?? [],
  )
  const sizes = await Promise.all(
    [...new Set(digests)].map((digest) => pair.target.store.blobs.size(TO, digest as Descriptor['digest'])),
  )
  return sizes.filter((size) => size !== undefined).length
}

test.each(callsToKill(6))(
  'row 64: completes after a kill $when the response to call $call',
  async ({ call, when }) => {
    const copy = start()
    killAt(copy, call, when)
    await once(copy, 'exit')
    await expectNothingHalf()
    await expectRerunToComplete()
  },
)
