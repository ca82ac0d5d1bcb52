// Which backups are more than the list keeps.
import { expect, test } from 'vitest'
import { surplusBackups } from '../../../mirror/prune/backups.ts'
import { marked } from '../../../mirror/prune/mark.ts'
import { digestOf } from '../resolve/sources.ts'
import { timeAt } from '../state/records.ts'

const digest = digestOf('a')
const entries = [{ image: 'redis', backups: 2 }]

function backups(...minutes: number[]) {
  return Object.fromEntries(
    minutes.map((minute) => [`before-${minute}`, { tag: '7', digest, at: timeAt(minute), image: 'redis' }]),
  )
}

test('keeps the newest backups of each tag', () => {
  const others = { other: { tag: '8', digest, at: timeAt(0), image: 'redis' } }
  const found = surplusBackups({ tags: {}, backups: { ...backups(3, 1, 4, 2), ...others } }, entries)
  expect(found.map(({ tag, reason }) => [tag, reason])).toEqual([
    ['before-2', 'backup'],
    ['before-1', 'backup'],
  ])
})

test('keeps all backups of an entry without a number, of other entries, and of an own list', () => {
  expect(surplusBackups({ tags: {}, backups: backups(1, 2, 3) }, [{ image: 'redis' }])).toEqual([])
  expect(surplusBackups({ tags: {}, backups: backups(1, 2, 3) }, [{ image: 'nginx', backups: 1 }])).toEqual(
    [],
  )
  const unowned = Object.fromEntries(
    Object.entries(backups(1, 2, 3)).map(([name, { image: _, ...one }]) => [name, one]),
  )
  expect(surplusBackups({ tags: {}, backups: unowned }, entries)).toEqual([])
})

test('keeps a tag that the list mirrors under the name of a backup', () => {
  const tags = { 'before-1': { digest, changed: timeAt(5), verified: timeAt(5) } }
  expect(surplusBackups({ tags, backups: backups(1, 2, 3) }, entries)).toEqual([])
})

test('forgets a backup once it is deleted, also where nothing is known of tags', () => {
  const state = { tags: {}, backups: backups(1, 2) }
  const decision = { due: [], waits: [], held: [], limit: 0, certain: false }
  expect(marked(state, state, decision, new Set(['before-1'])).backups).toEqual(backups(2))
})
