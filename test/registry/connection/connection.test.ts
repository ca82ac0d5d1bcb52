// What a connection learns of its registry from the answers that come anyway.
import { expect, test } from 'vitest'
import { late } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'

/** Longer than anything that is near takes. */
const FAR_MS = 50

function answerLate({ faults }: FaultyRegistry, times: number): void {
  faults.add({ on: () => true, times }, late(FAR_MS))
}

test('a registry is near when one of its answers came at once, and stays so when others are late', async () => {
  await using registry = await startFaultyRegistry()
  await using client = testClient()
  const repository = await client.open(registry.address)
  expect(repository.isNear()).toBe(false)
  for (let count = 0; count < 20 && !repository.isNear(); count++) await repository.headManifest('v1')
  expect(repository.isNear()).toBe(true)
  answerLate(registry, 1)
  await repository.headManifest('v1')
  expect(repository.isNear()).toBe(true)
})

test('a registry whose answers all take a while is not near', async () => {
  await using registry = await startFaultyRegistry()
  await using client = testClient()
  const repository = await client.open(registry.address)
  answerLate(registry, Number.POSITIVE_INFINITY)
  for (let count = 0; count < 3; count++) await repository.headManifest('v1')
  expect(repository.isNear()).toBe(false)
})
