/**
 * What the deployed list allows images from elsewhere: repositories that the roles may write and read, their settings,
 * deletions, keys that the roles may use, and schedules that start runs.
 */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { regionOf, repositoryAt, type Target } from '../../target.ts'
import type { ImageEntry, List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { type Entry, longForm, readEntries } from '../entry.ts'
import { matchesAny } from '../names.ts'
import { rulesOf } from '../proof/verify-rules.ts'
import { beyondDeployed } from '../repositories/inherit.ts'
import { mergeSettings } from '../repositories/schema.ts'
import { DEFAULT_SCHEDULE, NO_SCHEDULE } from '../schedule.ts'
import { listedAtAccount } from '../targets/repositories-at.ts'
import { deletingKey, mayPrune } from '../time/may-prune.ts'

/** @param given - images whose other checks have passed, in a list with the defaults of the deployed one */
export function outOfBounds(given: List, deployed: List): Problem[] {
  const writable = writableAt(deployed)
  const schedules = schedulesOf(deployed)
  const readable = readableNames(deployed)
  const keys = keysOf([deployed.defaults ?? {}, ...deployed.images.map(longForm)])
  const canDelete = mayPrune(deployed)
  return given.images.flatMap((image, index) => {
    const at = (key: string) => ['images', index, ...(typeof image === 'string' ? [] : [key])]
    const entries = readEntries(image, given)
    return [
      ...entries.flatMap((entry) => notWritable(entry, writable, at(nameKey(image)))),
      ...entries.slice(0, 1).flatMap((entry) => notReadable(entry, readable, at('source'))),
      ...unknownSchedule(longForm(image).schedule, schedules, at('schedule')),
      ...unknownKey(image, keys, at('verify')),
      ...foreignSettings(image, deployed, at('repositories')),
      ...(canDelete ? [] : entries.slice(0, 1).flatMap((entry) => deletion(entry, at))),
    ]
  })
}

/** Names of repositories in ECR that images from elsewhere may go to; `*` stands for any characters. */
export function writableNames(deployed: List): string[] {
  const { prefix, allowedRepositories = [], images } = deployed
  const own = images.flatMap((image) => readEntries(image, deployed)).map(({ repository }) => repository)
  return [...(prefix === undefined ? [] : [`${prefix}/*`]), ...allowedRepositories, ...own]
}

interface Writable {
  /** Names in the regions of this account. */
  readonly own: readonly string[]
  /** Names at each target that is another account, by the target's name. */
  readonly accounts: ReadonlyMap<string, readonly string[]>
}

function writableAt(deployed: List): Writable {
  const names = Object.keys(deployed.targets ?? {})
  return {
    own: writableNames(deployed),
    accounts: new Map(names.map((name) => [name, listedAtAccount(deployed, name)])),
  }
}

/** The names may differ at each account, and all regions of an account have the same. */
function notWritable({ repository, targets }: Entry, writable: Writable, path: Problem['path']): Problem[] {
  const accounts = new Map(
    targets.flatMap((target) =>
      target.kind === 'account' ? [[accountOf(target), repositoryAt(target, repository)] as const] : [],
    ),
  )
  const isOwn = targets.some((target) => regionOf(target) !== undefined)
  return [
    ...(isOwn ? notNamed(repository, writable.own, 'the deployed list may write', path) : []),
    ...[...accounts].flatMap(([name, there]) =>
      notNamed(there, writable.accounts.get(name) ?? [], `the deployed list may write at "${name}"`, path),
    ),
  ]
}

/** The account's name in the list, of `prod/eu-west-1`. */
function accountOf({ id }: Target): string {
  return id.slice(0, id.indexOf('/'))
}

function notNamed(
  repository: string,
  writable: readonly string[],
  whose: string,
  path: Problem['path'],
): Problem[] {
  if (matchesAny(writable, repository)) return []
  const [name = ''] = writable
  const bound = name.endsWith('*') ? `, such as "${name}"` : ''
  const wrong = `"${repository}" is not a repository that ${whose}${bound}`
  return [problemAt(path, `${wrong}; add it to "allowedRepositories" there, and deploy`)]
}

function nameKey(given: ImageEntry): string {
  const image = longForm(given)
  return image.to !== undefined ? 'to' : image.repository !== undefined ? 'repository' : 'source'
}

/** Host and name of each repository in ECR that the roles may read. */
function readableNames(deployed: List): string[] {
  const images = deployed.images.map((image) => readEntries(image, deployed)[0]?.ref)
  return images.flatMap((ref) =>
    ref === undefined || parseEcrHost(ref.registry) === undefined ? [] : `${ref.registry}/${ref.repository}`,
  )
}

function notReadable({ ref }: Entry, readable: readonly string[], path: Problem['path']): Problem[] {
  const name = `${ref.registry}/${ref.repository}`
  if (parseEcrHost(ref.registry) === undefined || matchesAny(readable, name)) return []
  const wrong = `${name} is not a repository in ECR that the deployed list may read`
  return [problemAt(path, `${wrong}; add it to "images" there, and deploy`)]
}

/** Schedules are resources of the stack. */
export function schedulesOf({ schedule = DEFAULT_SCHEDULE, images }: Pick<List, 'schedule' | 'images'>) {
  const own = images.flatMap((image) => longForm(image).schedule ?? [])
  return [...new Set([...(schedule === NO_SCHEDULE ? [] : [schedule]), ...own])]
}

function unknownSchedule(
  schedule: string | undefined,
  known: readonly string[],
  path: Problem['path'],
): Problem[] {
  if (schedule === undefined || known.includes(schedule)) return []
  const choice = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  const wrong = `"${schedule}" is not a schedule of the deployed list, so nothing would start it (${choice})`
  return [problemAt(path, `${wrong}; use one of those, or give it to an image there, and deploy`)]
}

function keysOf(settings: readonly Pick<NonNullable<List['defaults']>, 'verify'>[]): string[] {
  return settings
    .flatMap(({ verify }) => rulesOf(verify))
    .flatMap(({ key }) => (key?.startsWith('awskms:') ? [key] : []))
}

function unknownKey(given: ImageEntry, known: readonly string[], path: Problem['path']): Problem[] {
  const key = keysOf([longForm(given)]).find((one) => !known.includes(one))
  if (key === undefined) return []
  return [problemAt(path, `the key ${key} is not one of the deployed list; use it there first, and deploy`)]
}

function foreignSettings(given: ImageEntry, { repositories }: List, path: Problem['path']): Problem[] {
  const own = longForm(given).repositories
  return own === undefined ? [] : beyondDeployed(mergeSettings(repositories, own), repositories, path)
}

function deletion(entry: Entry, at: (key: string) => Problem['path']): Problem[] {
  const key = deletingKey(entry)
  if (key === undefined) return []
  const wrong = 'the deployed list deletes nothing, so the roles may not'
  return [problemAt(at(key), `${wrong}; set "prune" in "defaults" there, and deploy`)]
}
