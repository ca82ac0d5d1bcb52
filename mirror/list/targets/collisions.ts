/**
 * Finds entries that would overwrite each other: two sources in one repository, one source listed twice or with
 * different platforms, and entries of a custom list that would take over a repository of the deployed list.
 */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { formKey, formOf } from '../../platforms/form.ts'
import { isEcrTarget } from '../../repositories/wanted.ts'
import { placeOf, regionOf, regionTarget, repositoryAt, type Target } from '../../target.ts'
import type { List } from '../config.ts'
import { type Path, type Problem, pathText, problemAt } from '../document/problems.ts'
import { type Entry, longForm, readEntries } from '../entry.ts'
import { isNamespace, memberAt } from '../namespaces/namespace.ts'
import { overlap } from '../overlap.ts'
import { pushedRegions } from '../push.ts'
import { isOpen } from '../tags/is-open.ts'
import { isRegex, parseTagPattern } from '../tags/tag-pattern.ts'

type Placed = Entry & { readonly index: number }

export function collisions(list: List): Problem[] {
  const placed = placedIn(list)
  const found = new Map(placed.flatMap(sharedPlaces))
  for (const entries of byRepository(placed).values()) {
    for (const [entry, other] of collisionsIn(entries)) {
      if (!found.has(entry.index)) found.set(entry.index, explain(entry, other, list))
    }
  }
  return [...found.values()]
}

/** Two targets of one image whose names make them one place. */
function sharedPlaces({ index, targets, repository }: Placed): [number, Problem][] {
  const seen = new Map<string, Target>()
  for (const target of targets) {
    const place = placeOf(target, repository)
    const other = seen.get(place)
    // A repeated name is another problem.
    if (other !== undefined && other.id !== target.id) {
      const where = nameAt(target, { targets, repository })
      const wrong = `its targets "${other.id}" and "${target.id}" are both "${where}"`
      const fix = 'remove one of them, or give one another "namespace" or "repository"'
      return [[index, problemAt(['images', index], `${wrong}; ${fix}`)]]
    }
    seen.set(place, target)
  }
  return []
}

function placedIn(list: List): Placed[] {
  return list.images.flatMap((image, index) => readEntries(image, list).map((entry) => ({ ...entry, index })))
}

/** Groups entries by repository, so that only entries of one group are compared. */
function byRepository(entries: readonly Placed[]): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>()
  for (const entry of entries) {
    for (const name of new Set(entry.targets.map((target) => repositoryAt(target, entry.repository)))) {
      const group = groups.get(name) ?? []
      if (group.push(entry) === 1) groups.set(name, group)
    }
  }
  return groups
}

/** Returns each entry with the first one that it collides with. */
function collisionsIn(entries: readonly Placed[]): [entry: Placed, other: Placed][] {
  return entries.flatMap((entry, place) => {
    const other = entries.slice(0, place).find((earlier) => collide(earlier, entry))
    return other === undefined ? [] : [[entry, other]]
  })
}

/** Several entries may fill one repository from one source, or from different sources in different targets. */
function collide(a: Placed, b: Placed): boolean {
  if (sharedTarget(a, b) === undefined) return false
  return a.image === b.image || sourceOf(a) !== sourceOf(b) || differInForm(a, b)
}

/** Two entries of one source would replace each other's tags in every run if their platforms differ. */
function differInForm(a: Placed, b: Placed): boolean {
  return platformsOf(a) !== platformsOf(b) && (mayShareTags(a, b) || mayShareTags(b, a))
}

function platformsOf({ settings }: Placed): string {
  const form = formOf(settings)
  return form === undefined ? '' : formKey(form)
}

/** Whether the first may select a tag that the second names. Two selections by rules may have any tag in common. */
function mayShareTags({ select }: Placed, { select: other }: Placed): boolean {
  const byRules = selectsByRules(select)
  if (selectsByRules(other)) return byRules
  const patterns = select.include.map((text) => parseTagPattern(text))
  const takesAll = byRules && !select.include.some(isRegex)
  return other.include.some((tag) => takesAll || patterns.some((pattern) => pattern.matches(tag)))
}

function selectsByRules(select: Placed['select']): boolean {
  return select.digest === undefined && isOpen(select)
}

/** Returns a target of `some` that stores its image where `others` stores its own. */
function sharedTarget(some: Stored, others: Stored): Target | undefined {
  const places = new Set(others.targets.map((target) => placeOf(target, others.repository)))
  return some.targets.find((target) => places.has(placeOf(target, some.repository)))
}

type Stored = Pick<Entry, 'targets' | 'repository'>

function explain(entry: Placed, other: Placed, list: List): Problem {
  const path = ['images', entry.index]
  const there = pathText(['images', other.index])
  const shared = sharedTarget(entry, other)
  const template = templateOf(shared, list)
  if (entry.index === other.index) {
    const both = `"${other.repository}" and "${entry.repository}" are both "${nameAt(shared, entry)}" in ${shared?.id}`
    const fix = `use {path} or {flat} in ${template}, or put all of its tags into one name`
    return problemAt([...path, 'to'], `${both}; ${fix}`)
  }
  if (entry.image === other.image) {
    return problemAt(path, `"${entry.image}" is already ${there}; put all of its tags into one entry`)
  }
  if (sourceOf(entry) === sourceOf(other)) {
    const fix = `give both the same "platforms", or one of them a "repository" of its own, such as "${suggestion(entry)}"`
    const wrong = `this and ${there} may select the same tags of ${sourceOf(entry)}, with different platforms`
    return problemAt(path, `${wrong}; ${fix}`)
  }
  const where = nameAt(shared, entry)
  const both = `${sourceOf(entry)} and ${there} (${sourceOf(other)}) would both land in "${where}"`
  const own = `give one of them a "repository" of its own, such as "${suggestion(entry)}"`
  const fix = template === undefined ? own : `use {registry} and {path} in ${template}, or ${own}`
  return problemAt(path, `${both}; ${fix}`)
}

/** The key that names the repositories of all images, if there is one. */
function templateOf(target: Target | undefined, { targets = {}, defaults }: List): string | undefined {
  const name = target?.id.split('/')[0] ?? ''
  if (targets[name]?.repository !== undefined) return `"repository" of the target "${name}"`
  const isOwn =
    target !== undefined &&
    isEcrTarget(target) &&
    !('repository' in target && target.repository !== undefined)
  return isOwn && defaults?.repository !== undefined ? '"defaults.repository"' : undefined
}

/** The name of a repository in ECR, or with its registry elsewhere. */
function nameAt(target: Target | undefined, { repository }: Stored): string {
  if (target === undefined) return repository
  const name = repositoryAt(target, repository)
  return 'registry' in target ? `${target.registry}/${name}` : name
}

/**
 * Returns entries of a custom list whose repository the deployed list fills from another source, or people push to.
 * Users who pull from it rely on the origin of its images, whatever the tag.
 * @param account - this account, if known
 */
export function takeovers(custom: List, deployed: List, account: string | undefined): Problem[] {
  const filled = byRepository(placedIn(deployed))
  const namespaces = placedIn(deployed).filter(({ ref }) => isNamespace(ref))
  return placedIn(custom).flatMap((entry) => {
    const names = new Set(entry.targets.map((target) => repositoryAt(target, entry.repository)))
    const owners = [...names]
      .flatMap((name) => [
        ...(filled.get(name) ?? []),
        ...namespaces.flatMap((namespace) => memberAt(namespace, name) ?? []),
      ])
      .filter((owner) => sharedTarget(entry, owner) !== undefined)
    const targets = owners.flatMap((owner) => owner.targets)
    const owner = owners.find((one) => sourceOf(one) !== sourceOf(entry))
    if (owner !== undefined && !isItselfIn(targets, entry, account)) {
      return [takeover(entry, custom, ofImage(owner, deployed), nameAt(sharedTarget(entry, owner), entry))]
    }
    return isPushedTo(entry, deployed) &&
      !isItselfIn(pushedRegions(deployed).map(regionTarget), entry, account)
      ? [takeover(entry, custom, ofPushes(deployed))]
      : []
  })
}

/** The same repository in another region of this account is the same source. */
function isItselfIn(
  targets: readonly Target[],
  { ref, repository }: Entry,
  account: string | undefined,
): boolean {
  const ecr = parseEcrHost(ref.registry)
  if (ecr === undefined || ref.repository !== repository) return false
  return (
    (account === undefined || ecr.account === account) &&
    targets.some((target) => regionOf(target) === ecr.region)
  )
}

/** Matches repositories that people push to, and the copies of those pushes. */
function isPushedTo({ repository, targets }: Entry, deployed: List): boolean {
  const { push } = deployed
  if (push === undefined || !push.repositories.some((pattern) => overlap(pattern, repository))) return false
  const regions = [...pushedRegions(deployed), ...(push.regions ?? deployed.regions)]
  return (
    sharedTarget({ targets, repository }, { targets: regions.map(regionTarget), repository }) !== undefined
  )
}

interface Owner {
  readonly what: string
  readonly fix: string
}

function ofImage(owner: Placed, { images }: List): Owner {
  const at = pathText(['images', owner.index])
  const given = images[owner.index]
  const key = given !== undefined && longForm(given).repository !== undefined ? 'repository' : 'source'
  return {
    what: `the deployed list fills from ${sourceOf(owner)} (its ${at})`,
    fix: `change the "${key}" of ${at} in the deployed list`,
  }
}

function ofPushes({ push }: List): Owner {
  return {
    what: `people push to (its deployed "push.repositories" are ${push?.repositories.join(', ')})`,
    fix: 'take it out of "push.repositories" of the deployed list',
  }
}

function takeover(entry: Placed, { images }: List, { what, fix }: Owner, where = entry.repository): Problem {
  const given = images[entry.index]
  const key = typeof given === 'object' ? [given.repository === undefined ? 'source' : 'repository'] : []
  const path: Path = ['images', entry.index, ...key]
  const wrong = `${sourceOf(entry)} would land in "${where}", which ${what}`
  const own = suggestion(entry)
  return problemAt(
    path,
    `${wrong}; give it a "repository" of its own, such as "${own}", or ${fix}, and deploy`,
  )
}

/** Prepends the source's host, which makes the name unique: `quay.io/team/app`. ECR accepts dots but no port. */
function suggestion({ ref, repository }: Placed): string {
  const host = ref.registry.replace(/[^a-z0-9.-]+/g, '-')
  const slash = repository.length - ref.repository.length
  const prefix = repository.endsWith(ref.repository) ? repository.slice(0, slash) : ''
  return `${prefix}${host}/${ref.repository}`
}

function sourceOf({ ref }: Placed): string {
  return `${ref.registry}/${ref.repository}`
}
