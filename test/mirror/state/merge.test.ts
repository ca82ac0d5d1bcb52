// The merge of a repository's records.
import { expect, test } from 'vitest'
import { mergeRecords } from '../../../mirror/state/merge.ts'
import { seededRandom } from '../../support/random.ts'
import { digestOf } from '../resolve/sources.ts'
import { observed, randomObservation, timeAt } from './records.ts'

const IMAGE = 'docker.io/library/redis:7.4'
const [a, b] = [digestOf('a'), digestOf('b')]

function merged(...records: ReturnType<typeof observed>[]) {
  const { targets } = records.reduce(mergeRecords)
  const target = targets['us-east-1']
  return { tags: target?.tags }
}

test('two reports of concurrent runs leave the same record, whichever comes first', () => {
  for (let seed = 1; seed <= 3_000; seed++) {
    const random = seededRandom(seed)
    const [stored, one, other] = [1, 2, 3].map(() => randomObservation(random)) as [
      ReturnType<typeof observed>,
      ReturnType<typeof observed>,
      ReturnType<typeof observed>,
    ]
    expect(mergeRecords(one, other), `seed ${seed}`).toEqual(mergeRecords(other, one))
    expect(mergeRecords(one, one), `seed ${seed}`).toEqual(one)
    const first = mergeRecords(mergeRecords(stored, one), other)
    const second = mergeRecords(mergeRecords(stored, other), one)
    expect(digests(first), `seed ${seed}`).toEqual(digests(second))
  }
})

function digests({ targets }: ReturnType<typeof observed>) {
  return Object.entries(targets)
    .flatMap(([id, { tags }]) =>
      Object.entries(tags).map(([tag, { digest, verified }]) => `${id} ${tag} ${digest} ${verified}`),
    )
    .sort()
}

test('dates a digest by its last write, and verifies it by the last look', () => {
  const written = observed(1, { tags: [{ tag: '7', digest: a, written: true, was: b }] })
  const found = observed(5, { tags: [{ tag: '7', digest: a }] })
  expect(merged(written, found).tags).toEqual({
    7: { digest: a, changed: timeAt(1), verified: timeAt(5), was: b, written: true, image: IMAGE },
  })
})

test('dates a digest that we did not write by the first look', () => {
  const found = [3, 1, 2].map((minutes) => observed(minutes, { tags: [{ tag: '7', digest: a }] }))
  expect(merged(...found).tags).toEqual({
    7: { digest: a, changed: timeAt(1), verified: timeAt(3), image: IMAGE },
  })
})

test('forgets that we wrote a tag that another client has moved', () => {
  const written = observed(1, { tags: [{ tag: '7', digest: a, written: true }] })
  const moved = observed(2, { tags: [{ tag: '7', digest: b }] })
  expect(merged(written, moved).tags).toEqual({
    7: { digest: b, changed: timeAt(2), verified: timeAt(2), was: a, image: IMAGE },
  })
  // Moving it back does not make it ours.
  const back = observed(3, { tags: [{ tag: '7', digest: a }] })
  expect(merged(written, moved, back).tags?.['7']).not.toHaveProperty('written')
})

test('a tag is unwanted until a later run finds that the list wants it', () => {
  const found = observed(1, { tags: [{ tag: '7', digest: a, written: true }] })
  const marked = structuredClone(found)
  Object.assign(marked.targets['us-east-1']?.tags['7'] ?? {}, { unwanted: timeAt(2) })
  expect(merged(found, marked).tags?.['7']).toMatchObject({ unwanted: timeAt(2) })
  const wanted = observed(3, { tags: [{ tag: '7', digest: a }] })
  expect(merged(marked, wanted).tags?.['7']).not.toHaveProperty('unwanted')
})

test('a late report does not replace newer digests', () => {
  const newer = observed(5, { tags: [{ tag: '7', digest: b, written: true }] })
  const late = observed(2, { tags: [{ tag: '7', digest: a, written: true }] })
  expect(merged(newer, late).tags?.['7']).toMatchObject({ digest: b, written: true })
})

test('keeps the tags and targets that only one of the records has', () => {
  const { targets } = mergeRecords(
    observed(1, { tags: [{ tag: '7', digest: a }] }),
    mergeRecords(observed(2, { tags: [{ tag: '8', digest: a }] }), observed(2, { target: 'harbor' })),
  )
  expect(Object.keys(targets)).toEqual(['us-east-1', 'harbor'])
  expect(Object.keys(targets['us-east-1']?.tags ?? {})).toEqual(['7', '8'])
})
