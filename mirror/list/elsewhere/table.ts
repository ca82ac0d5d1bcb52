/** Turns the table of aws-ecr-mirror into entries of a list, within the targets that the deployed list has. */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { foldHost, formatReference, type ImageRef } from '../../../registry/model/reference.ts'
import type { Image, ImageEntry, List, Region } from '../config.ts'
import { quoted } from '../document/lines.ts'
import type { Problem } from '../document/problems.ts'
import { REGIONS_TARGET } from '../targets/schema.ts'
import type { TableItem } from './fetched.ts'
import { readRow } from './table-row.ts'

/** What bounds the destinations. */
export interface TableContext {
  readonly list: Pick<List, 'regions' | 'targets'>
  /** This account, if known. */
  readonly account?: string | undefined
  readonly now: Date
}

export interface TableEntries {
  readonly images: readonly ImageEntry[]
  /** The source in the table, for each entry. */
  readonly sources: readonly string[]
  readonly problems: readonly Problem[]
}

/** Leaves out expired items. */
export function tableEntries(items: readonly TableItem[], context: TableContext): TableEntries {
  const images: ImageEntry[] = []
  const sources: string[] = []
  const problems: Problem[] = []
  // A scan has no order, and items keep their numbers.
  for (const item of items.toSorted((a, b) => (a.source < b.source ? -1 : 1))) {
    const row = readRow(item)
    if (typeof row !== 'string' && row.expires !== undefined && row.expires <= context.now) continue
    const read = typeof row === 'string' ? [row] : entriesOf(row, context)
    for (const one of read) {
      if (typeof one === 'string') problems.push({ path: [], text: `${itemName(item.source)}: ${one}` })
      else {
        images.push(one)
        sources.push(item.source)
      }
    }
  }
  return { images, sources, problems }
}

/** The item, in errors. */
export function itemName(source: string): string {
  return `the item ${quoted(source)}`
}

interface Destination {
  readonly region?: Region
  readonly target?: string
  readonly name: string
}

type Row = Exclude<ReturnType<typeof readRow>, string>

function entriesOf({ source, to, unread }: Row, context: TableContext): (Image | string)[] {
  const read = to.map((ref) => destinationOf(ref, context))
  const places = read.filter((one) => typeof one !== 'string')
  const wrong = [
    ...unread.map((text) => `the destination ${quoted(text)} is not an image`),
    ...read.filter((one) => typeof one === 'string'),
  ]
  return [...wrong, ...grouped(places).map((group) => ({ source: formatReference(source), ...group }))]
}

/** @returns why the image cannot go there, if so */
function destinationOf(ref: ImageRef, { list, account }: TableContext): Destination | string {
  const { regions, targets = {} } = list
  const ecr = parseEcrHost(ref.registry)
  const name = `${ref.repository}:${ref.tag}`
  const wrong = `the destination ${formatReference(ref)} is outside of the deployed list`
  if (ecr === undefined) {
    for (const [target, to] of Object.entries(targets)) {
      if (!('registry' in to) || foldHost(to.registry) !== ref.registry) continue
      if (to.namespace === undefined) return { target, name }
      if (name.startsWith(`${to.namespace}/`)) return { target, name: name.slice(to.namespace.length + 1) }
    }
    return `${wrong}; add ${ref.registry} to its "targets", and deploy`
  }
  // A target goes to all of its regions, and the destination is one of them.
  const [target] =
    Object.entries(targets).find(
      ([, to]) => 'account' in to && to.account === ecr.account && to.regions.join() === ecr.region,
    ) ?? []
  if (target !== undefined) return { target, name }
  if (account !== undefined && ecr.account !== account) {
    return `${wrong}; add a target with the account ${ecr.account} and only ${ecr.region} to its "targets", and deploy`
  }
  const region = regions.find((known) => known === ecr.region)
  return region === undefined ? `${wrong}; add ${ecr.region} to its "regions", and deploy` : { region, name }
}

/** Destinations with the same names make one entry. */
function grouped(places: readonly Destination[]): Pick<Image, 'to' | 'regions' | 'targets'>[] {
  const names = new Map<string, Set<string>>()
  for (const { region, target, name } of places) {
    const key = target === undefined ? `region ${region}` : `target ${target}`
    names.set(key, (names.get(key) ?? new Set<string>()).add(name))
  }
  const byNames = Map.groupBy(names, ([, set]) => [...set].sort().join(' '))
  return [...byNames.values()].map((members) => {
    const of = (kind: string) =>
      members.flatMap(([key]) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : []))
    const [regions, others] = [of('region') as Region[], of('target')]
    return {
      to: [...(members[0]?.[1] ?? [])],
      ...(regions.length > 0 && { regions }),
      targets: [...(regions.length > 0 ? [REGIONS_TARGET] : []), ...others],
    }
  })
}
