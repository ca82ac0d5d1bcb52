// A registry that is down costs its first images their retries, and the others nothing.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { limited } from '../../../cli/sync/limited.ts'
import { createOutages, type Outages } from '../../../cli/sync/outages.ts'
import { createLimit } from '../../../copy/limit.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { failing, startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { type FakeClock, fakeClock } from '../../support/clock.ts'

const limit = createLimit()
const DOWN = failing(/./, 503)

let registry: TestRegistry
let clock: FakeClock
let outages: Outages
beforeEach(async () => {
  registry = await startRegistry()
  clock = fakeClock()
  outages = createOutages(clock)
})
afterEach(() => registry[Symbol.asyncDispose]())

async function ask(repository: string): Promise<Descriptor | undefined> {
  return limited(await registry.open(repository), limit, outages).headManifest('1.0')
}

async function failThree(): Promise<void> {
  registry.breakWith(DOWN)
  for (const name of ['a', 'b', 'c']) await expect(ask(name)).rejects.toMatchObject({ kind: 'unavailable' })
}

test('after three images, the next ones fail without a request, and say why', async () => {
  await failThree()
  registry.forgetLog()
  await expect(ask('d')).rejects.toMatchObject({
    kind: 'unavailable',
    message: `${registry.address} is unavailable: 3 images failed after all retries, so this one was not tried; the registry is tried again in 60 s`,
  })
  expect(registry.log()).toEqual([])
})

test('after a minute, one request is let through, and a registry that answers is used again', async () => {
  await failThree()
  clock.advance(60_000)
  await expect(ask('d')).rejects.toMatchObject({ kind: 'unavailable' })
  registry.forgetLog()
  registry.breakWith(undefined)
  await expect(ask('e')).rejects.toThrow('4 images failed after all retries')
  expect(registry.log()).toEqual([])
  clock.advance(60_000)
  expect(await ask('e')).toBeUndefined()
  expect(await ask('f')).toBeUndefined()
})

test('requests of a single image, and failures between answers, stop nothing', async () => {
  for (const name of ['a', 'a', 'a', 'b']) {
    registry.breakWith(DOWN)
    await expect(ask(name)).rejects.toMatchObject({ kind: 'unavailable' })
  }
  registry.breakWith(undefined)
  await ask('c')
  registry.breakWith(DOWN)
  await expect(ask('d')).rejects.toMatchObject({ kind: 'unavailable' })
  registry.breakWith(failing(/./, 403))
  await expect(ask('e')).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('an outage of one registry is none of another', async () => {
  await failThree()
  await using other = await startRegistry()
  const { headManifest } = limited(await other.open('a'), limit, outages)
  expect(await headManifest('1.0')).toBeUndefined()
})
