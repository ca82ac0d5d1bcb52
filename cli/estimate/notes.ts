/** Sentences on what an estimate leaves out or assumes, for this list. */
import type { List } from '../../mirror/list/config.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { plural } from '../../mirror/units.ts'
import { PRICED_REGION } from './place.ts'
import type { MeasuredRun } from './read-report.ts'
import type { Priced } from './workload.ts'

export function notesOf(priced: Priced, list: List, run: MeasuredRun | undefined): string[] {
  const { work, gone, found, expired, namespaces } = priced
  const places = placesOf(list)
  const has = (place: string) => work.images.some(({ pairs }) => pairs.some((pair) => pair.place === place))
  const notes: readonly [applies: boolean, note: string][] = [
    [
      expired > 0,
      `${plural(expired, 'entry has', 'entries have')} expired and ${expired === 1 ? 'is' : 'are'} not counted.`,
    ],
    [
      gone > 0,
      `${plural(gone, 'pair')} of the report ${gone === 1 ? 'is' : 'are'} not in the list and not counted.`,
    ],
    [
      found > 0,
      `${plural(found, 'pair')} of sources with a * or of imagesFrom ${found === 1 ? 'is' : 'are'} counted as in the report.`,
    ],
    [
      places.length > 0 && run === undefined,
      `Images of ${places.join(', ')} are not counted; --report with the report of a run counts them.`,
    ],
    [
      namespaces > 0,
      `${plural(namespaces, 'source')} with a * ${namespaces === 1 ? 'counts' : 'count'} as one image; --report with the report of a run counts all.`,
    ],
    [list.push !== undefined, 'Pushes are not counted: each starts a run of its image.'],
    [list.vpc !== undefined, 'The NAT gateway and the endpoints of the VPC are not counted.'],
    [work.compute === 'x86', `CodeBuild has no ARM in ${homeOf(list)}, so builds are priced on x86.`],
    [homeOf(list) === undefined, `The list names no region; builds are assumed to be in ${PRICED_REGION}.`],
    [has('gallery') || has('farGallery'), 'The first 50 GB in ECR Public are free.'],
    [has('registry'), 'Storage at other registries is not counted.'],
    [work.runsPerMonth === 0, 'The list has no schedule; --runs sets the number of runs.'],
  ]
  return notes.flatMap(([applies, note]) => (applies ? [note] : []))
}
