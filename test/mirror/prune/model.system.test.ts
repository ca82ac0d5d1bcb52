// Thousands of random histories: nothing of others, and nothing that the list wants, is ever deleted.
import { expect, test } from 'vitest'
import { decide } from '../../../mirror/prune/decide.ts'
import { deleteDue } from '../../../mirror/prune/delete.ts'
import { PARTS, type Parts, play } from './world.ts'

const HISTORIES = 2_000

test('deletes nothing of others and nothing wanted, in thousands of histories', {
  timeout: 120_000,
}, async () => {
  const deleted = new Map<string, number>()
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const told = await play(seed, PARTS)
    expect(told.violations, `history ${seed}`).toEqual([])
    for (const [reason, count] of told.deleted) deleted.set(reason, (deleted.get(reason) ?? 0) + count)
  }
  // A rule that never deletes anything would keep these promises, too.
  for (const reason of ['gone', 'unselected', 'removed', 'expired']) {
    expect(deleted.get(reason), reason).toBeGreaterThan(100)
  }
})

/** Each breaks one rule. */
const SABOTAGE: Readonly<Record<string, Partial<Parts>>> = {
  'takes tags that it did not write': {
    decide: (tags, ...rest) =>
      decide(
        mapTags(tags, (state) => ({ ...state, written: true as const })),
        ...rest,
      ),
    deleteDue: (target, due, options) =>
      deleteDue(
        { ...target, tagDigests: async () => new Map(due.map(({ tag, digest }) => [tag, digest as never])) },
        due,
        options,
      ),
  },
  'does not look at the digest': {
    deleteDue: (target, due, options) =>
      deleteDue(
        { ...target, tagDigests: async () => new Map(due.map(({ tag, digest }) => [tag, digest as never])) },
        due,
        options,
      ),
  },
  'forgets the other entries': {
    decide: (tags, entries, now) => decide(tags, entries.slice(0, 1), now),
  },
  'does not wait': {
    decide: (...given) => {
      const { due, waits, ...rest } = decide(...given)
      return { ...rest, due: [...due, ...waits], waits: [] }
    },
  },
  'deletes as much as is due': {
    decide: (...given) => {
      const { due, held, ...rest } = decide(...given)
      return { ...rest, due: [...due, ...held], held: [] }
    },
  },
  'believes a list of tags': {
    findUnwanted: async (_, mirrored, { selected, available }) =>
      mirrored
        .filter((tag) => !selected.has(tag))
        .map((tag) => ({
          tag,
          reason: available?.includes(tag) ? ('unselected' as const) : ('gone' as const),
        })),
  },
  'takes a source that failed for an empty one': {
    decide: (tags, entries, now) =>
      decide(
        tags,
        entries.map((entry) => {
          if (entry.selected !== undefined) return entry
          return {
            ...entry,
            selected: new Set<string>(),
            unwanted: new Map(Object.keys(tags).map((tag) => [tag, 'gone'])),
          }
        }),
        now,
      ),
  },
  'asks no entry for permission': {
    decide: (tags, entries, now) =>
      decide(
        tags,
        entries.map((entry) => {
          const rules = { gone: true, unselected: true, removed: true, days: 2, share: 20 }
          return { ...entry, rules }
        }),
        now,
      ),
  },
}

test.each(Object.entries(SABOTAGE))('notices code that %s', { timeout: 60_000 }, async (_, sabotage) => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    if ((await play(seed, { ...PARTS, ...sabotage })).violations.length > 0) return
  }
  expect.unreachable('no history shows it')
})

function mapTags<T, U>(tags: Readonly<Record<string, T>>, map: (state: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(tags).map(([tag, state]) => [tag, map(state)]))
}
