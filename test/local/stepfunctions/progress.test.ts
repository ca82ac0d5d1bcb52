import { expect, test } from 'vitest'
import type { Json } from '../../../local/json.ts'
import type { ExecutionEvent } from '../../../local/stepfunctions/engine.ts'
import { followRun } from '../../../local/stepfunctions/progress.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import type { ImageItem } from '../../../mirror/contract.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { task } from '../machines.ts'

const definition = JSON.stringify({
  StartAt: 'Resolve',
  States: {
    Resolve: task('resolve'),
    Diff: task('diff'),
    Sync: { ...task('sync'), Resource: 'arn:aws:states:::codebuild:startBuild.sync' },
    Pause: { Type: 'Wait', Seconds: 1, End: true },
    Done: { Type: 'Pass', End: true },
  },
})

const HOME = regionTarget('us-east-1')
const AWAY = regionTarget('eu-west-1')

const item: ImageItem = {
  id: '00001-redis',
  image: 'docker.io/library/redis:7.4',
  source: { registry: 'docker.io', repository: 'library/redis' },
  select: { include: ['7.4'], exclude: [] },
  repository: 'redis',
  settings: { repositories: { immutableTags: false, scanOnPush: true, tags: {} } },
  waves: [
    { targets: [HOME], readFrom: [] },
    { targets: [AWAY], readFrom: [HOME] },
  ],
}

function follow() {
  const changes: string[] = []
  const progress = followRun(definition, ({ target, state }) => changes.push(`${target} ${state}`))
  const image = item as unknown as Json
  const happen = (type: string, name: string, input: Json, output?: Json) =>
    progress.onEvent({ type, timestamp: 0, state: { name, input, output } } as unknown as ExecutionEvent)
  const pair = { image, target: AWAY, readFrom: [] }
  return { progress, changes, happen, image, pair }
}

test('follows a pair from the plan to its outcome', () => {
  const { progress, changes, happen, image, pair } = follow()
  progress.planned([item])
  happen('StateEntered', 'Resolve', { image })
  happen('StateExited', 'Resolve', { image }, { image, resolved: {} })
  happen('StateEntered', 'Diff', pair)
  happen('StateEntered', 'Sync', pair)
  happen('StateEntered', 'Pause', pair)
  happen('StateExited', 'Done', pair, { target: 'eu-west-1', outcome: 'inSync' })
  expect(changes).toEqual([
    'us-east-1 waiting',
    'eu-west-1 waiting',
    'us-east-1 resolving',
    'eu-west-1 resolving',
    'us-east-1 waiting',
    'eu-west-1 waiting',
    'eu-west-1 checking',
    'eu-west-1 syncing',
    'eu-west-1 backing off',
    'eu-west-1 inSync',
  ])
  expect(progress.pairs().map(({ image, state }) => [image, state])).toEqual([
    ['docker.io/library/redis:7.4', 'waiting'],
    ['docker.io/library/redis:7.4', 'inSync'],
  ])
})

test('adds the pairs of an image that starts before the plan is read', () => {
  const { progress, happen, image } = follow()
  happen('StateEntered', 'Resolve', { image })
  progress.planned([item])
  expect(progress.pairs().map(({ state }) => state)).toEqual(['resolving', 'resolving'])
  expect(progress.count()).toBe(2)
})

test.each([
  ['SourceNotFound', 'failed'],
  ['RateLimited', 'deferred'],
])('ends all pairs of an image that ends with %s as %s', (name, state) => {
  const { progress, happen, image } = follow()
  progress.planned([item])
  happen('StateExited', 'Done', { image }, { id: item.id, caught: { Error: name } })
  expect(progress.pairs().map((pair) => pair.state)).toEqual([state, state])
})

test.each([
  [{ sync: sync('synced') }, 'synced'],
  [{ sync: sync('deferred') }, 'deferred'],
  [{ caught: { Error: StatesErrorName.TaskFailed } }, 'failed'],
  [{ caught: { Error: 'RateLimited' } }, 'deferred'],
])('reports a pair that ends as %j as %s', (end, state) => {
  const { progress, happen, pair } = follow()
  progress.planned([item])
  happen('StateExited', 'Done', pair, { target: 'eu-west-1', ...end })
  expect(progress.pairs()[1]?.state).toBe(state)
})

function sync(status: string) {
  return { status, bytes: 0, seconds: 0, blobs: { copied: 0, mounted: 0, present: 0 }, warnings: 0 }
}
