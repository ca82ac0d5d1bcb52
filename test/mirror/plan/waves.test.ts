// The order of regions, and the places that each reads from.
import { expect, test } from 'vitest'
import type { Region } from '../../../mirror/list/config.ts'
import { type WaveContext, wavesOf } from '../../../mirror/plan/waves.ts'
import { regionTarget } from '../../../mirror/target.ts'

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
