// Runs that prune, over weeks in which the list, the source and another client change at random: the mirror never deletes
// a tag that the list wants or that another client has written.
import { expect, test } from 'vitest'
import type { RunDocument } from '../../local/run-document.ts'
import { stateKey } from '../../mirror/keys.ts'
import { type StateRecord, stateRecordSchema, type TagState } from '../../mirror/state/record.ts'
import { seededRandom } from '../support/random.ts'
import { change, disturb, pass } from './prune/events.ts'
import {
  DAYS,
  type Listed,
  NAME,
  REGIONS,
  REPOSITORY,
  startWorld,
  tagsAtTargets,
  VERSIONS,
  type World,
  writeEntry,
} from './prune/world.ts'

const RUNS = 8

test.each([1, 3])('deletes no wanted tag and no tag of another client in history %i', async (seed) => {
  await using stack = new AsyncDisposableStack()
  const world = await startWorld(seededRandom(seed * 7919), stack)
  const deleted = await play(world)
  // A mirror that deletes nothing would pass, too.
  expect(deleted.length).toBeGreaterThan(0)
})

/** Plays a history, and checks every deletion. Returns the deleted tags. */
async function play(world: World): Promise<readonly string[]> {
  const { listed, mirror, random, source, stateDir, work } = world
  const deleted: string[] = []
  /** Target and tag -> the day since which each run has found it unwanted. */
  const unwantedSince = new Map<string, number>()
  let day = 0
  for (let run = 0; run < RUNS; run++) {
    const days = Math.floor(random() * 3)
    day += days
    await pass(work, days)
    await change(world)
    await writeEntry(stateDir, source, listed)
    const before = await tagsAtTargets(world)
    const record = await work.readJson(stateKey(REPOSITORY), stateRecordSchema)
    // A tag that was wanted in between waits again.
    for (const place of unwantedSince.keys())
      if (stateOf(record, place)?.unwanted === undefined) unwantedSince.delete(place)
    disturb(world)
    const { document } = await mirror.execute({})
    const after = await tagsAtTargets(world)
    const wanted = wantedTags(await source.store.tags.all(NAME), listed)
    const gone = [...before].filter(([place]) => !after.has(place))
    expect(gone.map(([place]) => place).sort()).toEqual(deletedPlaces(document))
    for (const [place, digest] of gone) {
      const tag = place.split(' ')[1] ?? ''
      expect(stateOf(record, place), place).toMatchObject({ written: true, digest })
      expect(wanted, 'tags that the list wants').not.toContain(tag)
      expect(day - (unwantedSince.get(place) ?? day), `days that ${place} waited`).toBeGreaterThanOrEqual(
        DAYS,
      )
      expect(await mayGo(world, tag), `${place} may go`).toBe(true)
    }
    if (document.counts.failed === 0) {
      const arrived = wanted.flatMap((tag) => REGIONS.map((region) => `${region} ${tag}`))
      expect([...after.keys()]).toEqual(expect.arrayContaining(arrived))
    }
    noteUnwanted(unwantedSince, document, day)
    deleted.push(...gone.map(([place]) => place))
  }
  return deleted
}

function wantedTags(tags: ReadonlyMap<string, unknown>, { select }: Listed): string[] {
  const available = VERSIONS.filter((tag) => tags.has(tag))
  return typeof select === 'number'
    ? available.slice(-select)
    : available.filter((tag) => select.includes(tag))
}

async function mayGo({ source, listed: { rules } }: World, tag: string): Promise<boolean> {
  return (await source.store.tags.find(NAME, tag)) === undefined ? rules.gone : rules.unselected
}

function stateOf({ targets }: StateRecord, place: string): TagState | undefined {
  const [target = '', tag = ''] = place.split(' ')
  return targets[target]?.tags[tag]
}

function deletedPlaces({ pruned = [] }: RunDocument): string[] {
  return pruned
    .filter(({ status }) => status === 'deleted')
    .map(({ target, tag }) => `${target} ${tag}`)
    .sort()
}

function noteUnwanted(since: Map<string, number>, { pruned = [] }: RunDocument, day: number): void {
  const found = new Set(pruned.map(({ target, tag }) => `${target} ${tag}`))
  for (const place of found) if (!since.has(place)) since.set(place, day)
}
