// The order of regions, and the places that each reads from.
import { expect, test } from 'vitest'
import type { Region } from '../../../mirror/list/config.ts'
import { type WaveContext, wavesOf } from '../../../mirror/plan/waves.ts'
import { regionTarget, type Target } from '../../../mirror/target.ts'

interface Context extends Pick<Partial<WaveContext>, 'sourceRegion'> {
  readonly home?: Region
  readonly regions?: Region[]
}

const ALL: Region[] = ['us-east-1', 'eu-west-1', 'ap-south-1']

/** Renders waves and the sources of their regions: `us-east-1 | eu-west-1<us-east-1 ap-south-1<us-east-1`. */
function drawn(targets: Region[], { home = 'us-east-1', regions = ALL, ...context }: Context = {}): string {
  const all = regions.map(regionTarget)
  return wavesOf(targets.map(regionTarget), { home: regionTarget(home), all, ...context })
    .map((wave) =>
      wave.targets.map((target) => [target, ...wave.readFrom].map(({ id }) => id).join('<')).join(' '),
    )
    .join(' | ')
}

test.each<[string, Region[], Context, string]>([
  ['the home region is first', ALL, {}, 'us-east-1 | eu-west-1<us-east-1 ap-south-1<us-east-1'],
  [
    'wherever it stands',
    ALL,
    { home: 'ap-south-1' },
    'ap-south-1 | us-east-1<ap-south-1 eu-west-1<ap-south-1',
  ],
  ['one region is one wave', ['us-east-1'], {}, 'us-east-1'],
  [
    'without the home region, one region leads and the home region is worth a look',
    ['eu-west-1', 'ap-south-1'],
    {},
    'eu-west-1<us-east-1 | ap-south-1<eu-west-1<us-east-1',
  ],
  [
    'an image that never goes home does not look there',
    ['eu-west-1', 'ap-south-1'],
    { regions: ['eu-west-1', 'ap-south-1'] },
    'eu-west-1 | ap-south-1<eu-west-1',
  ],
  [
    'what was pushed at home goes everywhere at once',
    ['eu-west-1', 'ap-south-1'],
    { sourceRegion: 'us-east-1' },
    'eu-west-1 ap-south-1',
  ],
  [
    'what was pushed elsewhere goes home first',
    ['us-east-1', 'ap-south-1'],
    { sourceRegion: 'eu-west-1' },
    'us-east-1 | ap-south-1<us-east-1',
  ],
])('%s', (_, targets, context, expected) => {
  expect(drawn(targets, context)).toBe(expected)
})

test('no targets are no waves', () => {
  expect(drawn([])).toBe('')
})

const HARBOR: Target = { id: 'harbor', kind: 'registry', registry: 'harbor.example.com', repository: 'app' }
const HUB: Target = { id: 'hub', kind: 'registry', registry: 'docker.io', repository: 'example/app' }
const PROD: Target = { id: 'prod/eu-west-1', kind: 'account', account: '210987654321', region: 'eu-west-1' }

function withoutHome(targets: Target[], all: Target[] = targets): string[] {
  return wavesOf(targets, { home: undefined, all }).map((wave) =>
    [wave.targets, wave.readFrom].map((some) => some.map(({ id }) => id).join(' ')).join(' < '),
  )
}

test('without a home, the nearest target leads, and those that count pulls come last', () => {
  expect(withoutHome([HUB, HARBOR])).toEqual(['harbor < ', 'hub < harbor'])
  expect(withoutHome([HUB, HARBOR, PROD])).toEqual(['prod/eu-west-1 < ', 'hub harbor < prod/eu-west-1'])
})

test('targets that a run leaves out may serve it, the nearest first', () => {
  expect(withoutHome([HUB], [HUB, HARBOR, PROD])).toEqual(['hub < prod/eu-west-1 harbor'])
  expect(withoutHome([HARBOR], [HARBOR, HUB])).toEqual(['harbor < '])
})
