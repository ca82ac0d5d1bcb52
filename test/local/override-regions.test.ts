import { expect, test } from 'vitest'
import { overrideRegions } from '../../local/override-regions.ts'
import { readEntry } from '../../mirror/list/entry.ts'
import { parseList } from '../../mirror/list/parse-list.ts'

const list = parseList(
  `
regions: [us-east-1, eu-west-1]
home: eu-west-1
images:
  - docker.io/library/redis:7.4
  - { source: quay.io/a/b, regions: [us-east-1, eu-west-1] }
  - { source: quay.io/c/d, regions: [eu-west-1] }
`,
  'list.yaml',
)

test('narrows the list to the given regions, also where an image names its own', () => {
  expect(overrideRegions(list, ['us-east-1', 'us-west-2'], 'list.yaml')).toMatchObject({
    regions: ['us-east-1', 'us-west-2'],
    images: ['docker.io/library/redis:7.4', { source: 'quay.io/a/b', regions: ['us-east-1'] }],
  })
})

test('keeps the other targets of an image whose regions are all left out', () => {
  const some = parseList(
    `
regions: [us-east-1, eu-west-1]
targets:
  harbor: { registry: harbor.example.com }
defaults: { regions: [eu-west-1] }
images:
  - quay.io/a/b
  - { source: quay.io/c/d, targets: [regions, harbor] }
  - { source: quay.io/e/f, targets: [harbor] }
  - { source: quay.io/g/h, targets: [regions, harbor], regions: [eu-west-1] }
  - { source: quay.io/i/j, targets: [regions, harbor], regions: [us-east-1, eu-west-1] }
`,
    'list.yaml',
  )
  const left = overrideRegions(some, ['us-east-1'], 'list.yaml')
  expect(left.images.map((entry) => readEntry(entry, left).targets.map(({ id }) => id))).toEqual([
    ['harbor'],
    ['harbor'],
    ['harbor'],
    ['us-east-1', 'harbor'],
  ])
  expect(left.images).toContainEqual({ source: 'quay.io/g/h', targets: ['harbor'] })
  const byDefault = { ...some, defaults: { regions: ['eu-west-1' as const], targets: ['regions', 'harbor'] } }
  expect(overrideRegions(byDefault, ['us-east-1'], 'list.yaml').images).toContainEqual({
    source: 'quay.io/a/b',
    targets: ['harbor'],
  })
})

test('omits a home region that is not given', () => {
  expect(overrideRegions(list, ['us-east-1'], 'list.yaml')).not.toHaveProperty('home')
  expect(overrideRegions(list, ['eu-west-1'], 'list.yaml')).toHaveProperty('home', 'eu-west-1')
})

test('fails if no image remains', () => {
  const only = { ...list, images: list.images.slice(2) }
  expect(() => overrideRegions(only, ['us-east-1'], 'list.yaml')).toThrow(
    'list.yaml: no image goes to us-east-1',
  )
})
