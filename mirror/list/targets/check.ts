/** Checks `targets`: their names, hosts and namespaces, and that images name existing ones. */
import { ECR_PUBLIC, parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../../registry/model/reference.ts'
import { didYouMean } from '../../nearest.ts'
import { hostProblem } from '../check-registries.ts'
import type { Image, List, Region } from '../config.ts'
import { type Path, type Problem, problemsAt, repeated } from '../document/problems.ts'
import { homeOf } from '../home.ts'
import { nameProblem, registryRule } from '../names.ts'
import { partitionOf } from '../partitions.ts'
import { REGIONS } from '../regions.ts'
import { type AccountTarget, REGIONS_TARGET, type RegistryTarget, ROLE } from './schema.ts'
import { sharedTemplateProblem } from './template.ts'

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const RESERVED: readonly string[] = [REGIONS_TARGET, ...REGIONS]

/** Checks the definitions of a list's targets, and the choice of its defaults. */
export function checkTargetSettings({
  targets = {},
  defaults,
  ...list
}: Pick<List, 'targets' | 'defaults' | 'regions' | 'home'>): Problem[] {
  const places = new Map<string, string>()
  const home = homeOf(list)
  return [
    ...Object.entries(targets).flatMap(([name, target]) => [
      ...problemsAt(['targets', name], targetNameProblem(name)),
      ...('account' in target
        ? checkAccount(target, home, ['targets', name])
        : checkRegistry(target, home, ['targets', name])),
      ...problemsAt(['targets', name], twice(name, target, places)),
    ]),
    ...checkChoice(defaults ?? {}, targets, (key) => ['defaults', key]),
    ...problemsAt(
      ['defaults', 'repository'],
      defaults?.repository && sharedTemplateProblem(defaults.repository),
    ),
  ]
}

/** A role can be assumed only from within its partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function checkAccount(
  { account, role, externalId, regions: chosen, namespace, repository }: AccountTarget,
  first: Region | undefined,
  path: Path,
): Problem[] {
  const [, ofRole, owner = account] = ROLE.exec(role ?? '') ?? []
  const home = first === undefined ? undefined : partitionOf(first)
  const partition = ofRole ?? home ?? partitionOf(chosen[0] ?? '')
  const mine = role === undefined ? 'the mirror is' : 'the role'
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
        : `"${away}" is in the partition ${partitionOf(away)}, and ${mine} in ${partition}`,
    ),
    ...problemsAt(
      [...path, 'externalId'],
      role === undefined && externalId !== undefined ? 'has no effect without "role"; remove it' : undefined,
    ),
    ...repeated(chosen, [...path, 'regions']),
    ...problemsAt([...path, 'namespace'], accountNamespaceProblem(namespace)),
    ...problemsAt([...path, 'repository'], repository && sharedTemplateProblem(repository)),
  ]
}

function checkRegistry(target: RegistryTarget, home: Region | undefined, path: Path): Problem[] {
  return [
    ...problemsAt([...path, 'registry'], registryProblem(target.registry)),
    ...problemsAt([...path, 'namespace'], namespaceProblem(target)),
    ...problemsAt([...path, 'repository'], target.repository && sharedTemplateProblem(target.repository)),
    ...problemsAt([...path, 'public'], publicProblem(target)),
    ...problemsAt([...path, 'credentials'], publicCredentialsProblem(target)),
    ...problemsAt([...path, 'registry'], publicPartitionProblem(target, home)),
  ]
}

/**
 * Checks which targets an image chooses.
 * @param known - the list's targets; undefined if they are invalid
 */
export function checkChoice(
  { targets: chosen, regions }: Pick<Image, 'targets' | 'regions'>,
  known: object | undefined,
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
          `has no effect, because "${at('targets').at(-1)}" does not have "${REGIONS_TARGET}"; add it there, or remove this`,
        )),
  ]
}

/** Checks where pushes go. */
export function checkPushTargets({
  push,
  targets = {},
  regions,
}: Pick<List, 'push' | 'targets' | 'regions'>): Problem[] {
  if (push === undefined) return []
  const { to = [REGIONS_TARGET] } = push
  const names = Object.keys(targets)
  const isNowhere = to.includes(REGIONS_TARGET) && regions.length === 0
  const fix =
    push.to === undefined
      ? `set "to", such as [${names.join(', ')}]`
      : `remove it, or add "regions" to the list`
  return [
    ...checkChoice({ targets: to, regions: push.regions }, targets, (key) => [
      'push',
      key === 'targets' ? 'to' : key,
    ]),
    ...problemsAt(
      ['push', 'to'],
      isNowhere ? `pushes go to "${REGIONS_TARGET}", but the list has no regions; ${fix}` : undefined,
    ),
  ]
}

function choiceProblem(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined
  if (RESERVED.includes(name))
    return `"${name}" is a region; write "${REGIONS_TARGET}" here, and name the region in "regions"`
  return `"${name}" is not a target of the list${didYouMean(name, names)}; its targets are ${names.join(', ')}`
}

function targetNameProblem(name: string): string | undefined {
  if (RESERVED.includes(name)) return 'has the name of a region; give the target another name'
  return NAME.test(name) ? undefined : 'must be named by up to 63 lower-case letters, digits and -'
}

function registryProblem(host: string): string | undefined {
  const wrong = hostProblem(host)
  if (wrong !== undefined) return wrong
  return parseEcrHost(host) === undefined
    ? undefined
    : `"${host}" is Amazon ECR; name its region in "regions", or its "account", "regions" and "role" here`
}

function namespaceProblem({ registry, namespace }: RegistryTarget): string | undefined {
  // Docker Hub's names have two parts, so the namespace is one of them.
  const wrong =
    namespace === undefined ? undefined : registryRule({ registry, repository: `${namespace}/xx` })
  const needs = NAMESPACES[registry]
  if (namespace !== undefined && wrong !== undefined)
    return `"${namespace}" is not a namespace at ${registry}: ${wrong}`
  return namespace === undefined && needs !== undefined
    ? `${registry} needs the namespace to push to: ${needs}`
    : undefined
}

/** Registries on which everybody has a namespace. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'docker.io': 'the name of a user or an organization',
  [ECR_PUBLIC]: "the alias of the account's public registry, and more if you like (a1b2c3d4/mirror)",
}

function accountNamespaceProblem(namespace: string | undefined): string | undefined {
  const wrong = namespace === undefined ? undefined : nameProblem(`${namespace}/x`)
  return wrong && `"${namespace}" is not a namespace: ${wrong}`
}

/** https://github.com/docker/cli/issues/4977 */
function publicProblem({ registry, public: isPublic }: RegistryTarget): string | undefined {
  if (Object.keys(NAMESPACES).includes(registry) === (isPublic === true)) return undefined
  if (isPublic) return `applies only to ${Object.keys(NAMESPACES).join(' and ')}`
  return `${registry} makes the repositories that a push creates public; set "public: true" if they may be`
}

function publicCredentialsProblem({ registry, credentials }: RegistryTarget): string | undefined {
  if (registry !== ECR_PUBLIC || credentials === undefined) return undefined
  return `${ECR_PUBLIC} is pushed to with the stack's own roles; remove the secret`
}

/** https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
function publicPartitionProblem({ registry }: RegistryTarget, home: Region | undefined): string | undefined {
  if (registry !== ECR_PUBLIC || home === undefined || partitionOf(home) === 'aws') return undefined
  return `${ECR_PUBLIC} cannot be pushed to from the partition ${partitionOf(home)}`
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
  const { namespace = '', repository = '{path}' } = target
  const names = `${namespace}/${repository}`
  if (!('account' in target)) return [`${foldHost(target.registry)}/${names}`]
  return [...new Set(target.regions)].map((region) => `${target.account} ${region}/${names}`)
}
