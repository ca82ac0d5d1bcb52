// The samples of the local run are signed in both formats, with a key of their own.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAMPLE_PUBLIC_KEY, signByReferrer, signByTag } from '../../local/upstream/sign.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each([
  ['cosign tag', signByTag],
  ['referrer', signByReferrer],
])('a sample that is signed as a %s is verified', async (_, sign) => {
  const verdict = await world.verdict(
    ({ app, image }) => sign(app, image, 'app'),
    [{ key: SAMPLE_PUBLIC_KEY }],
  )
  expect(verdict).toEqual({ is: 'verified' })
})
