// `image-mirror start` and `follow` against a mirror on the embedded AWS.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followCommand } from '../../../cli/deployed/follow/command.ts'
import { follow } from '../../../cli/deployed/follow/follow.ts'
import { startCommand } from '../../../cli/deployed/start/command.ts'
import { start } from '../../../cli/deployed/start/start.ts'
import { withEnvironment } from '../../support/environment.ts'
import { documentOf } from '../documents.ts'
import { type DeployedWorld, openDeployedWorld } from './world.ts'

let world: DeployedWorld
beforeAll(async () => {
  world = await openDeployedWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const started = (args: readonly string[], props = {}) => world.run(startCommand, start, args, props)
const followed = (args: readonly string[], props = {}) => world.run(followCommand, follow, args, props)

test('starts a run of the deployed list, follows its pairs, and prints the report', async () => {
  const { status, out, err } = await started([])
  expect(status).toBe(0)
  expect(err).toMatch(/^Following start-\S+; Ctrl-C leaves it running\n/)
  expect(err).toContain(`4/4  `)
  expect(out).toMatch(/SUCCEEDED {2}2 images, 4 pairs: 2 synced, 2 in sync; .* moved in /)
  expect(out).toContain('/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:')
})

test('starts a run of the images that it is given, as JSON', async () => {
  const { status, out } = await started([world.image('team/app:1.0'), '--json', '--regions', 'eu-west-1'])
  expect(status).toBe(0)
  const state = documentOf('start', out)
  expect(state).toMatchObject({ status: 'SUCCEEDED', report: { counts: { pairs: 1, inSync: 1 } } })
})

test.each([
  ['with images alone', (images: string[]) => ({ images })],
  ['of images alone', (images: string[]) => images],
  ['with settings, which is stored in the work bucket', (images: string[]) => ({ images, prefix: 'other' })],
])('starts a run of a list %s', async (_, form) => {
  const file = join(world.folder, 'more.json')
  await writeFile(file, JSON.stringify(form([world.image('team/tool:1.0')])))
  const { out } = await started(['--list', file, '--json', '--dry-run'])
  const { report } = documentOf('start', out)
  expect(report?.counts).toMatchObject({ images: 1, pairs: 2, synced: 0 })
})

test('--only runs one pair of the list', async () => {
  const { out } = await started(['--only', `${world.image('team/tool:1.0')}@eu-west-1`, '--json'])
  expect(documentOf('start', out).report?.counts).toMatchObject({ pairs: 1 })
})

test('--no-follow ends at once, and says how to follow', async () => {
  const { status, out } = await started(['--no-follow', '--region', 'us-east-1'])
  expect(status).toBe(0)
  const [, command = ''] = /Follow it with:\n {2}npx image-mirror (.*)\n/.exec(out) ?? []
  expect(out).toContain('The run has started: arn:aws:states:us-east-1:')
  const [, run = ''] = command.split(' ')
  const again = await followed([run, '--region', 'us-east-1'])
  expect(again.status).toBe(0)
  expect(again.out).toContain('4 in sync')
})

test('Ctrl-C leaves the run going, and says so with its ARN and the command to follow it', async () => {
  const stop = new AbortController()
  const release = hold()
  const running = started([], { signal: stop.signal })
  await release.asked
  stop.abort('SIGINT')
  const { status, out } = await running
  release.go()
  expect(status).toBe(130)
  const [, arn = ''] = /The run goes on: (arn:aws:states:\S+)/.exec(out) ?? []
  expect(out).toContain(`npx image-mirror follow ${arn.split(':').at(-1)}`)
  expect((await followed([arn])).status).toBe(0)
})

/** Holds the source's answers until they are released. */
function hold({ source } = world) {
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  source.faults.add(/^HEAD .*\/team\/app\/manifests\//, async (request, response, handler) => {
    asked.resolve()
    await gate.promise
    handler(request, response)
  })
  return { asked: asked.promise, go: gate.resolve }
}

test('a mirror that does not exist is answered with those that do', async () => {
  const { status, err } = await followed(['--name', 'prod', '--region', 'us-east-1'])
  expect(status).toBe(4)
  expect(err).toBe(
    'There is no mirror "prod" in us-east-1. The mirrors there are: ImageMirror. Give one of them with --name.\n',
  )
})

test('a run that does not exist is answered with the latest', async () => {
  const { status, err } = await followed(['nothing'])
  expect(status).toBe(4)
  expect(err).toMatch(/^The mirror ImageMirror has no run "nothing"; its latest run is start-\S+\.\n$/)
})

test('credentials that AWS does not accept are told in one line', async () => {
  const { status, err } = await withEnvironment({ AWS_SESSION_TOKEN: 'another' }, () => followed([]))
  expect(status).toBe(4)
  expect(err).toMatch(/^AWS does not accept the credentials: /)
})

test('a list and images exclude each other', async () => {
  await expect(started(['redis:7', '--list', 'x.yaml'])).rejects.toThrow('exclude each other')
})

test('a run that is going when the local run closes is aborted without an error', async () => {
  const other = await openDeployedWorld()
  const release = hold(other)
  await other.run(startCommand, start, ['--no-follow'])
  await release.asked
  await other[Symbol.asyncDispose]()
})
