/** Writes the work order of a stale pair: the missing content, and the places to read it from, nearest first. */
import type { PairState } from '../contract.ts'
import type { Place, Resolved, WorkOrder } from '../documents.ts'
import type { Target } from '../target.ts'
import type { Missing } from './diff.ts'

/** @param now - milliseconds since the epoch */
export function makeOrder(
  { run, image, target, readFrom }: Omit<PairState, 'resolved'>,
  missing: Pick<Missing, 'tags' | 'artifacts' | 'before'>,
  { tags, failed = [], warnings = [] }: Pick<Resolved, 'tags' | 'failed' | 'warnings'>,
  now: number,
): WorkOrder {
  return {
    run: run.name,
    image: image.image,
    target,
    repository: image.repository,
    settings: image.settings,
    tags: [...missing.tags],
    artifacts: [...missing.artifacts],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(failed.length === 0 ? {} : { failed }),
    ...replacedBy(missing),
    ordered: new Date(now).toISOString(),
    ...wantedOf(tags.length + failed.length),
    readFrom: placesOf(image, target, readFrom),
  }
}

/** An artifact that was pushed by its digest has no tags. */
function wantedOf(wanted: number): Pick<WorkOrder, 'wanted'> {
  return wanted === 0 ? {} : { wanted }
}

/** The digests that the order replaces, for the report. */
function replacedBy({ tags, before }: Pick<Missing, 'tags' | 'before'>): Pick<WorkOrder, 'before'> {
  const replaced = tags.flatMap(({ tag = '' }): [string, string][] => {
    const digest = before.get(tag)
    return digest === undefined ? [] : [[tag, digest]]
  })
  return replaced.length === 0 ? {} : { before: Object.fromEntries(replaced) }
}

/** Content is addressed by digest, so a target that holds it can replace upstream, and costs no quota. */
function placesOf(image: PairState['image'], target: Target, readFrom: readonly Target[]): Place[] {
  const { source, repository, settings } = image
  const others = readFrom.filter(({ id }) => id !== target.id)
  return [
    ...others.map((other) => ({ target: other, repository })),
    { ...source, ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }) },
  ]
}
