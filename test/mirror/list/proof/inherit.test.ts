// A custom list cannot weaken what the deployed list verifies.
import { expect, test } from 'vitest'
import type { List } from '../../../../mirror/list/config.ts'
import { customList, listOf, parseCustomList } from '../../../../mirror/list/parse-list.ts'
import { planItems } from '../../../../mirror/plan/plan.ts'
import { keyPair } from '../../../signatures/signed.ts'

const KEY = { key: keyPair().pem }
const OTHER = { key: keyPair().pem }

const deployed = (more: object = {}): List =>
  listOf(
    {
      regions: ['us-east-1'],
      images: [
        { source: 'quay.io/team/signed', verify: KEY },
        { source: 'quay.io/team/free', verify: 'none' },
      ],
      ...more,
    },
    'mirror.yaml',
  )
const rulesOf = (list: List) => planItems({ list, file: 'test' }).map(({ settings }) => settings.verify)
const custom = (images: (string | { source: string; [key: string]: unknown })[], list = deployed()) =>
  customList(images, 'input', { list })

test('an image of a repository that is verified is verified by the same rules', () => {
  expect(rulesOf(custom(['quay.io/team/signed:2', 'quay.io/team/other:1']))).toEqual([KEY, undefined])
  expect(rulesOf(custom([{ source: 'quay.io/team/signed:2', verify: KEY }]))).toEqual([KEY])
})

test('the default holds for what the deployed list does not have', () => {
  const list = deployed({ defaults: { verify: OTHER } })
  expect(
    rulesOf(custom(['quay.io/team/signed:2', 'quay.io/team/free:1', 'quay.io/team/new:1'], list)),
  ).toEqual([KEY, OTHER, OTHER])
})

test('defaults of a custom list do not replace the rules', () => {
  const list = deployed({ defaults: { verify: OTHER } })
  const text = JSON.stringify({
    images: ['quay.io/team/signed:2', 'quay.io/team/new:1'],
    defaults: { verify: 'none' },
  })
  expect(rulesOf(parseCustomList(text, 's3://lists/x', { list }))).toEqual([KEY, OTHER])
})

test.each([['none'], [OTHER], [[KEY, OTHER]]])('other rules are refused: %j', (verify) => {
  expect(() => custom([{ source: 'quay.io/team/signed:2', verify }])).toThrow(
    'input: images[0].verify: the deployed list verifies this image by other rules',
  )
})

test('an image that the deployed list does not verify may be verified', () => {
  expect(rulesOf(custom([{ source: 'quay.io/team/other:1', verify: OTHER }]))).toEqual([OTHER])
})

test('a custom list names no files', () => {
  expect(() => custom([{ source: 'quay.io/team/other:1', verify: { key: 'cosign.pub' } }])).toThrow(
    '"cosign.pub" is a file path, but files cannot be read here; give the PEM text itself',
  )
})

test('an image with several names is verified if one of them is', () => {
  const list = deployed({
    images: [{ source: 'quay.io/team/signed', repository: 'renamed/app', verify: KEY }],
  })
  const image = { source: 'quay.io/team/signed:2', to: ['elsewhere/app:2', 'renamed/app:2'] }
  expect(rulesOf(custom([image], list))).toEqual([KEY, KEY])
  expect(rulesOf(custom([{ ...image, to: ['elsewhere/app:2'] }], list))).toEqual([undefined])
})
