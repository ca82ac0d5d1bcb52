/** Sorts the destinations of other tools into regions and targets of a list. */
import type { List, Region } from '../../../mirror/list/config.ts'
import { REGIONS } from '../../../mirror/list/regions.ts'
import { checkTargetSettings } from '../../../mirror/list/targets/check.ts'
import type { RegistryTarget } from '../../../mirror/list/targets/schema.ts'
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import type { Destination, FoundImage } from '../found.ts'
import { SOME_ACCOUNT } from '../read/references.ts'

/** Where one image goes, under the same names. */
export interface Placed {
  readonly regions: readonly Region[]
  /** Names of targets. */
  readonly targets: readonly string[]
  /** `golang` or `golang:1.17`. */
  readonly names: readonly string[]
}

export interface Places {
  /** The account of the regions. @default - the file does not name it */
  readonly account: string | undefined
  readonly targets: NonNullable<List['targets']>
  /** Groups the destinations of an image that have the same names. */
  place(image: FoundImage): { readonly placed: readonly Placed[]; readonly lost: readonly string[] }
}

interface Place {
  readonly region?: Region
  readonly target?: string
  readonly name: string
}

/** The account that most destinations are in counts as the one of the deployment. */
export function createPlaces(images: readonly FoundImage[]): Places {
  const account = mostFrequent(
    images.flatMap(({ to }) => to.flatMap(({ registry }) => parseEcrHost(registry)?.account ?? [])),
  )
  const targets = new Map<string, RegistryTarget>()

  function placeOf(destination: Destination, own: string | undefined): Place | string {
    const ecr = parseEcrHost(destination.registry)
    if (ecr === undefined) return targetOf(destination, own)
    const where = `${destination.registry}/${destination.repository}`
    if (ecr.account !== account)
      return `${where} is in another account than the other destinations (${account})`
    const region = REGIONS.find((known) => known === ecr.region)
    if (region === undefined) return `${where} is in a region that is not known here`
    return { region, name: nameOf(destination.repository, destination, own) }
  }

  function targetOf({ registry, repository, tag }: Destination, own: string | undefined): Place | string {
    const isHub = registry === 'docker.io'
    const [first = '', ...rest] = repository.split('/')
    const target: RegistryTarget = isHub ? { registry, namespace: first, public: true } : { registry }
    const name = targetName(isHub ? `${registry}-${first}` : registry)
    const wrong = checkTargetSettings({ targets: { [name]: target }, defaults: undefined, regions: [] })
    const problem = wrong[0]?.text
    if (problem !== undefined) return `${registry}/${repository} cannot be a target: ${problem}`
    targets.set(name, target)
    return { target: name, name: nameOf(isHub ? rest.join('/') : repository, { tag }, own) }
  }

  return {
    account: account === SOME_ACCOUNT ? undefined : account,
    get targets() {
      return Object.fromEntries(targets)
    },
    place({ to, tag, name }) {
      const places = to.map((destination) => placeOf(destination, tag))
      const kept = places.filter((place) => typeof place !== 'string')
      return {
        placed:
          to.length === 0
            ? [{ regions: [], targets: [], names: name === undefined ? [] : [name] }]
            : grouped(kept),
        lost: places.filter((place) => typeof place === 'string'),
      }
    },
  }
}

function nameOf(repository: string, { tag }: Pick<Destination, 'tag'>, own: string | undefined): string {
  return tag === undefined || tag === own ? repository : `${repository}:${tag}`
}

/** Each place with its names, and places of the same names together. */
function grouped(places: readonly Place[]): Placed[] {
  const names = new Map<string, Set<string>>()
  for (const { region, target, name } of places) {
    const key = JSON.stringify([region, target])
    names.set(key, (names.get(key) ?? new Set<string>()).add(name))
  }
  const byNames = Map.groupBy(names, ([, set]) => JSON.stringify([...set]))
  return [...byNames].map(([key, members]) => {
    const parsed = members.map(([place]) => JSON.parse(place) as [Region | null, string | null])
    return {
      names: JSON.parse(key) as string[],
      regions: parsed.flatMap(([region]) => region ?? []),
      targets: parsed.flatMap(([, target]) => target ?? []),
    }
  })
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (value) => value)]
  return counts.sort(([, one], [, other]) => other.length - one.length)[0]?.[0]
}

function targetName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-|-$/g, '')
}
