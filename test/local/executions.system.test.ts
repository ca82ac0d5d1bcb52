// Pushes to the registries of a local run start further runs through the template's rule, as in AWS.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT } from '../../local/cloud.ts'
import { type Pushed, startPushed } from './pushes.ts'

let pushed: Pushed

beforeAll(async () => {
  pushed = await startPushed({
    regions: ['us-east-1', 'eu-west-1'],
    push: { repositories: ['team/*'] },
    // For the last test: an image created in the other region cannot be changed there.
    repositories: { immutableTags: true },
  })
})
afterAll(() => pushed?.[Symbol.asyncDispose]())

test('starts no run for its own pushes', async () => {
  expect(pushed.run.document.counts).toMatchObject({ synced: 2, failed: 0 })
  expect(await pushed.run.settled()).toEqual([])
})

test('starts one pinned run for a push to the home region, which copies to the other region', async () => {
  await pushed.push('1', 'us-east-1', 'team/app', '1.0')
  const [run, ...others] = await pushed.run.settled()
  expect(others).toEqual([])
  const { 'us-east-1': digest, ...held } = await pushed.held('team/app', '1.0')
  expect(digest).toMatch(/^sha256:/)
  expect(held).toEqual({ 'eu-west-1': digest })
  expect(run).toMatchObject({
    input: { push: { account: ACCOUNT, region: 'us-east-1', repository: 'team/app', tag: '1.0', digest } },
    ended: { status: 'SUCCEEDED' },
    document: { counts: { images: 1, pairs: 1, synced: 1 } },
    alerts: [],
  })
})

test('starts no run for pushes that the list does not name', async () => {
  const before = (await pushed.run.settled()).length
  await pushed.push('1', 'us-east-1', 'other/app', '1.0')
  await pushed.push('1', 'eu-west-1', 'team/app', '2.0')
  expect(await pushed.run.settled()).toHaveLength(before)
})

test('sends an alert for a failed run that a push started', async () => {
  const before = (await pushed.run.settled()).length
  await pushed.push('2', 'us-east-1', 'team/app', '1.0')
  const [run, ...others] = (await pushed.run.settled()).slice(before)
  expect(others).toEqual([])
  expect(run?.ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
  expect(run?.alerts).toHaveLength(1)
  expect(run?.alerts[0]?.message).toContain('TagConflict')
  expect(run?.alerts[0]?.message).toContain(run?.run)
})
