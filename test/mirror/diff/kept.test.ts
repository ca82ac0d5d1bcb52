// Tags that a target keeps although the source has another digest.
import { expect, test } from 'vitest'
import { keptTags, keptWarning, withoutKept } from '../../../mirror/diff/kept.ts'
import type { ResolvedTag } from '../../../mirror/documents.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'

const TAGS: ResolvedTag[] = [
  { tag: 'same', ...descriptorOf('a') },
  { tag: 'other', ...descriptorOf('b') },
  { tag: 'absent', ...descriptorOf('c') },
  { tag: 'pinned', ...descriptorOf('d'), pinned: true },
  descriptorOf('e'),
]
const HELD = new Map([
  ['same', digestOf('a')],
  ['other', digestOf('x')],
  ['pinned', digestOf('x')],
])
const KEPT = [{ tag: 'other', digest: digestOf('x'), source: digestOf('b') }]

test('a tag is kept if the target has another digest behind it, unless the list pins the digest', () => {
  expect(keptTags({ tags: TAGS }, HELD)).toEqual(KEPT)
})

test('artifacts of kept tags are left out, those of other tags stay', () => {
  const artifacts = [
    { ...descriptorOf('signature'), subject: digestOf('b') },
    { ...descriptorOf('signed signature'), subject: digestOf('signature') },
    { ...descriptorOf('of a platform'), subject: digestOf('platform'), index: digestOf('b') },
    { ...descriptorOf('sbom'), subject: digestOf('a') },
  ]
  const left = withoutKept({ tags: TAGS, artifacts }, KEPT)
  expect(left.tags.map(({ tag }) => tag)).toEqual(['same', 'absent', 'pinned', undefined])
  expect(left.artifacts.map(({ digest }) => digest)).toEqual([digestOf('sbom')])
})

test('the artifacts of a digest stay if another tag has it, too', () => {
  const tags = [...TAGS, { tag: 'twin', ...descriptorOf('b') }]
  const artifacts = [{ ...descriptorOf('signature'), subject: digestOf('b') }]
  expect(withoutKept({ tags, artifacts }, KEPT).artifacts).toEqual(artifacts)
})

test('the warning names both digests, of as many tags as fit', () => {
  expect(keptWarning(KEPT, 'eu-west-1')).toBe(
    `1 tag is left as eu-west-1 has it, because of "tags.missingOnly": other (${digestOf('x')}, the source has ${digestOf('b')})`,
  )
  const many = Array.from({ length: 1_000 }, (_, index) => ({ ...KEPT[0], tag: `v${index}` })) as typeof KEPT
  expect(keptWarning(many, 'eu-west-1')).toMatch(
    /^1000 tags are left as eu-west-1 has them.{1,600} and \d+ more$/,
  )
})
