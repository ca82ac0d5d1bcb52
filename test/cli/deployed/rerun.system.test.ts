// What an operator does after a failed run: `status`, `logs`, `rerun` and `subscribe` on the embedded AWS.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logsCommand } from '../../../cli/deployed/logs/command.ts'
import { logs } from '../../../cli/deployed/logs/logs.ts'
import { rerunCommand } from '../../../cli/deployed/rerun/command.ts'
import { rerun } from '../../../cli/deployed/rerun/rerun.ts'
import { startCommand } from '../../../cli/deployed/start/command.ts'
import { start } from '../../../cli/deployed/start/start.ts'
import { statusCommand } from '../../../cli/deployed/status/command.ts'
import { status } from '../../../cli/deployed/status/status.ts'
import { subscribeCommand } from '../../../cli/deployed/subscribe/command.ts'
import { subscribe } from '../../../cli/deployed/subscribe/subscribe.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { documentOf } from '../documents.ts'
import { type DeployedWorld, type Ended, openDeployedWorld } from './world.ts'

const MISSING = 'team/late:1.0'
let world: DeployedWorld
/** The run of the list with an image that the source lacks. */
let failed: Ended & { readonly run: string }
beforeAll(async () => {
  world = await openDeployedWorld(MISSING)
  const ended = await world.run(startCommand, start, [])
  const [, run = ''] = /Following (\S+);/.exec(ended.err) ?? []
  failed = { ...ended, run }
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('a failed run ends with 1, the failures, and the command that reruns them', () => {
  expect(failed.status).toBe(1)
  expect(failed.out).toContain('FAILED  3 images, 6 pairs: 2 synced, 2 in sync, 2 failed')
  expect(failed.out).toContain('does not exist, or needs credentials')
  expect(failed.out).toContain(`npx image-mirror rerun ${failed.run}\n`)
})

test('status shows the latest runs, and the failing pairs with since when', async () => {
  const shown = await world.run(statusCommand, status, [])
  expect(shown.status).toBe(1)
  expect(shown.out).toContain('ImageMirror in us-east-1, account 123456789012\n')
  expect(shown.out).toContain(`FAILED     ${failed.run}, under a minute ago, took `)
  expect(shown.out).toContain('6 pairs: 4 in sync, 2 failing or deferred')
  expect(shown.out.match(/What to do: /g)).toHaveLength(1)
  expect(shown.out).toMatch(/again:\n {2}npx image-mirror rerun\n$/)
  expect(shown.out).toContain(
    `${world.image(MISSING)} -> eu-west-1: failed\n  since under a minute, never in sync\n`,
  )
})

test('status --json has the same data', async () => {
  const { out } = await world.run(statusCommand, status, ['--json'])
  const found = documentOf('status', out)
  expect(found.failing.map(({ target }) => target).sort()).toEqual(['eu-west-1', 'us-east-1'])
  expect(found.failing[0]?.error?.message).toContain('does not exist, or needs credentials')
})

test('status fits 80 columns', async () => {
  const { out } = await world.run(statusCommand, status, [], { screen: { isTTY: true, columns: 80 } })
  expect(out.split('\n').filter((line) => line.length > 79)).toEqual([])
})

test("logs prints the log of a pair's build", async () => {
  const image = world.image('team/tool:1.0')
  const { status, out } = await world.run(logsCommand, logs, [failed.run, image, 'eu-west-1'])
  expect(status).toBe(0)
  expect(out).toContain('team/tool')
  const json = await world.run(logsCommand, logs, [failed.run, image, 'eu-west-1', '--json'])
  const log = documentOf('logs', json.out)
  expect(log.events.map(({ message }) => message).join('\n')).toContain('team/tool')
})

test.each([
  ['an image without a build', MISSING, 'eu-west-1', 'had no build for eu-west-1'],
  ['an unknown target', 'team/tool:1.0', 'moon', 'does not go to "moon"'],
  ['an unknown image', 'team/toll:1.0', 'eu-west-1', 'did you mean'],
])('logs says why there is no log of %s', async (_, image, target, words) => {
  const { status, err } = await world.run(logsCommand, logs, [failed.run, world.image(image), target])
  expect(status).toBe(4)
  expect(err).toContain(words)
})

test('rerun runs just the failed pairs of the latest failed run, until they are in sync', async () => {
  const again = await world.run(rerunCommand, rerun, ['--json'])
  expect(again.status).toBe(1)
  expect(again.err).toContain(`2 pairs of ${failed.run} failed\n`)
  const { report } = documentOf('rerun', again.out)
  expect(report?.counts).toMatchObject({ images: 1, pairs: 2, failed: 2 })

  const [repository = '', tag = ''] = MISSING.split(':')
  await world.source.store.repositories.create(repository)
  await plainSample(repository, [tag])(builder(world.source.store, repository))
  const last = await world.run(rerunCommand, rerun, [failed.run])
  expect(last.status).toBe(0)
  expect(last.out).toContain('SUCCEEDED  1 image, 2 pairs: 2 synced')
  expect((await world.run(statusCommand, status, [])).status).toBe(0)
})

test('rerun refuses a run whose pairs are all in sync', async () => {
  const done = await world.run(startCommand, start, [world.image('team/app:1.0'), '--json'])
  const { run } = documentOf('start', done.out)
  const { status, err } = await world.run(rerunCommand, rerun, [run])
  expect(status).toBe(4)
  expect(err).toContain(`No pair of the run ${run} failed`)
})

test('subscribe says that a mail address waits for confirmation', async () => {
  const { status, out } = await world.run(subscribeCommand, subscribe, ['ops@example.com'])
  expect(status).toBe(0)
  expect(out).toContain('The subscription of ops@example.com waits for confirmation')
  const json = await world.run(subscribeCommand, subscribe, ['ops@example.com', '--json'])
  expect(documentOf('subscribe', json.out)).toMatchObject({
    protocol: 'email',
    status: 'pending',
  })
})

test.each([
  ['https://alerts.example.com/hook', 'https', 'pending'],
  ['arn:aws:sqs:us-east-1:123456789012:alerts', 'sqs', 'confirmed'],
  ['arn:aws:lambda:us-east-1:123456789012:function:page', 'lambda', 'confirmed'],
])('subscribe takes %s', async (address, protocol, state) => {
  const { out } = await world.run(subscribeCommand, subscribe, [address, '--json'])
  expect(documentOf('subscribe', out)).toMatchObject({ protocol, status: state })
})

test.each(['ops', 'http://example.com', 'arn:aws:s3:::bucket', '@example.com'])(
  'subscribe refuses %s',
  async (address) => {
    await expect(world.run(subscribeCommand, subscribe, [address])).rejects.toThrow('is not a mail address')
  },
)
