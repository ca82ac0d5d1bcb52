/** Words the first lines of a run: what it mirrors, and what stands in for the registries. */
import { resolve } from 'node:path'
import { isObject, type Json } from '../../local/json.ts'
import type { List } from '../../mirror/list/config.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { longForm } from '../../mirror/list/entry.ts'
import { REGIONS_TARGET } from '../../mirror/list/targets/schema.ts'
import { plural } from '../../mirror/units.ts'
import { wrap } from '../terminal/words.ts'
import type { RunOptions } from './command.ts'
import { rerunFile } from './rerun.ts'
import { asTyped } from './typed.ts'

export const OWN_LIST = 'mirror.yaml'
const SAMPLES = `Sample images, made up for whatever the list names, replace its registries: a misspelt image passes here. "--list ${OWN_LIST}" reads from the real ones.`

export function openingLines(
  list: List,
  input: Json,
  options: Pick<RunOptions, 'list' | 'input' | 'state'>,
  width: number,
): string[] {
  return [
    ...wrap(whatRuns(list, input, options), width),
    ...(options.list === undefined ? wrap(SAMPLES, width) : []),
  ]
}

function whatRuns(list: List, input: Json, options: Pick<RunOptions, 'list' | 'input' | 'state'>): string {
  const name = options.list === undefined ? OWN_LIST : asTyped(options.list)
  const start = isObject(input) && input.dryRun === true ? 'Comparing' : 'Mirroring'
  if (options.input === undefined || !isObject(input))
    return `${start} ${name}: ${plural(list.images.length, 'entry', 'entries')} into ${usedPlaces(list).join(', ')}`
  const file = asTyped(options.input)
  if (!Array.isArray(input.only)) return `${start} ${name}, with the input of ${file}`
  const verb = resolve(options.input) === resolve(rerunFile(options.state)) ? 'Rerunning' : start
  return `${verb} ${plural(input.only.length, 'pair')} of ${name} (${file})`
}

/** The places that the entries go to; all of the list if some entries are elsewhere. */
function usedPlaces(list: List): string[] {
  const { images, regions, targets = {}, defaults } = list
  const named = new Set(
    images.flatMap((entry) => longForm(entry).targets ?? defaults?.targets ?? [REGIONS_TARGET]),
  )
  const isUsed = (name: string) => named.has(name) || placesOf(list).length > 0
  return [...(isUsed(REGIONS_TARGET) ? regions : []), ...Object.keys(targets).filter(isUsed)]
}
