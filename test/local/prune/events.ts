// What happens between two runs, and while one reads the source.
import { expect } from 'vitest'
import type { Store } from '../../../local/aws/registry/store/store.ts'
import { stateKey } from '../../../mirror/keys.ts'
import { stateRecordSchema, type TagState } from '../../../mirror/state/record.ts'
import type { WorkBucket } from '../../../store/work-bucket.ts'
import { refuse } from '../../support/actions.ts'
import { pick } from '../../support/random.ts'
import { FOREIGN, NAME, type Random, REGIONS, REPOSITORY, VERSIONS, type World } from './world.ts'

const DAY_MS = 86_400_000

/** Lets days pass, by making the record older. */
export async function pass(work: WorkBucket, days: number): Promise<void> {
  const earlier = (time: string) => new Date(Date.parse(time) - days * DAY_MS).toISOString()
  const aged = ({ changed, verified, unwanted, ...state }: TagState): TagState => ({
    ...state,
    changed: earlier(changed),
    verified: earlier(verified),
    ...(unwanted === undefined ? {} : { unwanted: earlier(unwanted) }),
  })
  await work.updateJson(stateKey(REPOSITORY), stateRecordSchema, {
    change: (record) =>
      record && {
        ...record,
        targets: Object.fromEntries(
          Object.entries(record.targets).map(([id, { tags, ...target }]) => [
            id,
            {
              ...target,
              tags: Object.fromEntries(Object.entries(tags).map(([tag, state]) => [tag, aged(state)])),
            },
          ]),
        ),
      },
    onUnreadable: (error) => expect.unreachable(String(error)),
  })
}

/** Changes the source, the list or a target, or starts a run manually. */
export async function change({ random, source, targets, listed, mirror }: World): Promise<void> {
  const tag = pick(VERSIONS, random)
  const dice = random()
  if (dice < 0.3) await source.store.tags.delete(NAME, tag)
  else if (dice < 0.45) await putBack(source.store, tag)
  else if (dice < 0.6) await takeOver(targets, tag, random)
  else if (dice < 0.75) listed.select = 1 + Math.floor(random() * 6)
  else if (dice < 0.85) listed.select = VERSIONS.filter(() => random() < 0.4).concat(tag)
  else if (dice < 0.92) listed.rules = { gone: random() < 0.8, unselected: random() < 0.8 }
  // Tags that only a manual run has copied are never deleted.
  else await mirror.execute({ images: [`${source.address}/${NAME}:${tag}`] })
}

/** Publishes a tag at the source, with another image. */
async function putBack({ tags }: Store, tag: string): Promise<void> {
  const digest = await tags.find(NAME, 'spare')
  if (digest !== undefined) await tags.set(NAME, tag, digest)
}

/** Moves one of the mirror's tags at a target, as another client does. */
async function takeOver(targets: World['targets'], tag: string, random: Random): Promise<void> {
  const store = targets.get(pick(REGIONS, random))
  const digest = await store?.tags.find(REPOSITORY, pick(FOREIGN, random))
  if (digest !== undefined) await store?.tags.set(REPOSITORY, tag, digest)
}

/** May make the source fail to list its tags, list some or none of them, or miss a tag. */
export function disturb({ random, source }: World): void {
  const dice = random()
  const on = /^GET .*\/tags\/list/
  if (dice < 0.1) source.faults.add({ on }, refuse(503, 'UNAVAILABLE', 'try again later'))
  else if (dice < 0.25)
    source.faults.add({ on }, (_request, response) => {
      const tags = dice < 0.15 ? [] : VERSIONS.slice(0, 3)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: NAME, tags }))
    })
  else if (dice < 0.4) {
    const { source: pattern } = /^HEAD .*\/manifests\//
    source.faults.add(
      new RegExp(`${pattern}${pick(VERSIONS, random)}`),
      refuse(404, 'MANIFEST_UNKNOWN', 'gone'),
    )
  }
}
