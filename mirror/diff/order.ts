/** Writes the work order of a stale pair: the missing content, and the places to read it from, nearest first. */
import type { PairState } from '../contract.ts'
import type { Place, Resolved, WorkOrder } from '../documents.ts'
import type { Missing } from './diff.ts'

export function makeOrder(
  { run, image, target }: Omit<PairState, 'resolved'>,
  missing: Pick<Missing, 'tags' | 'artifacts'>,
  { tags, failed = [], warnings = [] }: Pick<Resolved, 'tags' | 'failed' | 'warnings'>,
): WorkOrder {
  return {
    run: run.name,
    image: image.image,
    target: { region: target.region, repository: image.repository },
    settings: image.settings,
    tags: [...missing.tags],
    artifacts: [...missing.artifacts],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(failed.length === 0 ? {} : { failed }),
    wanted: tags.length + failed.length,
    readFrom: placesOf(image, target),
  }
}

/** Content is addressed by digest, so a region that holds it can replace upstream, and costs no quota. */
function placesOf(image: PairState['image'], { region, readFrom }: PairState['target']): Place[] {
  const { source, repository, settings } = image
  const ours = readFrom.filter((other) => other !== region)
  return [
    ...ours.map((other) => ({ region: other, repository })),
    { ...source, ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }) },
  ]
}
