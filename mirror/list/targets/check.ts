/** Checks `targets`: their names, hosts and namespaces, and that images name existing ones. */
import { ECR_PUBLIC, parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../../registry/model/reference.ts'
import { didYouMean } from '../../nearest.ts'
import { hostProblem } from '../check-registries.ts'
import type { Image, List, Region } from '../config.ts'
import { type Path, type Problem, problemsAt, repeated } from '../document/problems.ts'
import { registryNameProblem } from '../names.ts'
import { partitionOf } from '../partitions.ts'
import { REGIONS } from '../regions.ts'
import { type AccountTarget, REGIONS_TARGET, type RegistryTarget, ROLE } from './schema.ts'

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const RESERVED: readonly string[] = [REGIONS_TARGET, ...REGIONS]

/** Checks the definitions of a list's targets, and the choice of its defaults. */
export function checkTargetSettings({
  targets = {},
  defaults,
  regions,
}: Pick<List, 'targets' | 'defaults' | 'regions'>): Problem[] {
  const places = new Map<string, string>()
  return [
    ...Object.entries(targets).flatMap(([name, target]) => [
      ...problemsAt(['targets', name], nameProblem(name)),
      ...('account' in target
        ? checkAccount(target, regions, ['targets', name])
        : checkRegistry(target, ['targets', name])),
      ...problemsAt(['targets', name], twice(name, target, places)),
    ]),
    ...checkChoice(defaults ?? {}, targets, (key) => ['defaults', key]),
  ]
}

/** A role can be assumed only from within its partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function checkAccount(
  { account, role, regions: chosen }: AccountTarget,
  [first]: readonly Region[],
  path: Path,
): Problem[] {
  const [, partition, owner] = ROLE.exec(role) ?? []
  const home = first === undefined ? undefined : partitionOf(first)
  const apart = chosen.findIndex((region) => partitionOf(region) !== partition)
  const [away] = apart < 0 ? [] : chosen.slice(apart)
  return [
    ...problemsAt(
      [...path, 'role'],
      owner === account ? undefined : `is of the account ${owner}, not ${account}`,
    ),
    ...problemsAt(
      [...path, 'role'],
      home === undefined || partition === home
        ? undefined
        : `is in the partition ${partition}, and ${first} is in ${home}; roles cannot be assumed across partitions`,
    ),
    ...problemsAt(
      [...path, 'regions', apart],
      away === undefined
        ? undefined
        : `"${away}" is in the partition ${partitionOf(away)}, and the role in ${partition}`,
    ),
    ...repeated(chosen, [...path, 'regions']),
  ]
}

function checkRegistry(target: RegistryTarget, path: Path): Problem[] {
  return [
    ...problemsAt([...path, 'registry'], registryProblem(target.registry)),
    ...problemsAt([...path, 'namespace'], namespaceProblem(target)),
    ...problemsAt([...path, 'public'], publicProblem(target)),
  ]
}

/**
 * Checks which targets an image chooses.
 * @param known - the list's targets; undefined if they are invalid
 */
export function checkChoice(
  { targets: chosen, regions }: Pick<Image, 'targets' | 'regions'>,
  known: List['targets'],
  at: (key: 'targets' | 'regions') => Path,
): Problem[] {
  if (chosen === undefined || known === undefined) return []
  const names = [REGIONS_TARGET, ...Object.keys(known)]
  return [
    ...repeated(chosen, at('targets')),
    ...chosen.flatMap((name, index) => problemsAt([...at('targets'), index], choiceProblem(name, names))),
    ...(regions === undefined || chosen.includes(REGIONS_TARGET)
      ? []
      : problemsAt(
          at('regions'),
          `has no effect, because "targets" does not have "${REGIONS_TARGET}"; add it there, or remove this`,
        )),
  ]
}

function choiceProblem(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined
  if (RESERVED.includes(name))
    return `"${name}" is a region; write "${REGIONS_TARGET}" here, and name the region in "regions"`
  return `"${name}" is not a target of the list${didYouMean(name, names)}; its targets are ${names.join(', ')}`
}

function nameProblem(name: string): string | undefined {
  if (RESERVED.includes(name)) return 'has the name of a region; give the target another name'
  return NAME.test(name) ? undefined : 'must be named by up to 63 lower-case letters, digits and -'
}

function registryProblem(host: string): string | undefined {
  const wrong = hostProblem(host)
  if (wrong !== undefined) return wrong
  if (host === ECR_PUBLIC) return `${ECR_PUBLIC} is not supported as a target`
  return parseEcrHost(host) === undefined
    ? undefined
    : `"${host}" is Amazon ECR; name its region in "regions", or its "account", "regions" and "role" here`
}

function namespaceProblem({ registry, namespace }: RegistryTarget): string | undefined {
  // Docker Hub's names have two parts, so the namespace is one of them.
  const wrong =
    namespace === undefined ? undefined : registryNameProblem({ registry, repository: `${namespace}/x` })
  if (wrong !== undefined) return `"${namespace}" is not a namespace at ${registry}`
  return namespace === undefined && registry === 'docker.io'
    ? 'docker.io needs the namespace to push to: the name of a user or an organization'
    : undefined
}

/** https://github.com/docker/cli/issues/4977 */
function publicProblem({ registry, public: isPublic }: RegistryTarget): string | undefined {
  if ((registry === 'docker.io') === (isPublic === true)) return undefined
  if (isPublic) return 'applies only to docker.io'
  return 'docker.io makes the repositories that a push creates public; set "public: true" if they may be'
}

function twice(
  name: string,
  target: AccountTarget | RegistryTarget,
  places: Map<string, string>,
): string | undefined {
  const others = placesOf(target).map((place) => places.get(place))
  for (const place of placesOf(target)) places.set(place, places.get(place) ?? name)
  const other = others.find((one) => one !== undefined)
  return other === undefined ? undefined : `goes to the same place as "${other}"; remove one of them`
}

function placesOf(target: AccountTarget | RegistryTarget): string[] {
  if ('account' in target) return [...new Set(target.regions)].map((region) => `${target.account} ${region}`)
  return [`${foldHost(target.registry)}/${target.namespace ?? ''}`]
}
