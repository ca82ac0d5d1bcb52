/**
 * Fits the access that a list needs into the policies of a role. If it does not fit, repositories are named by their
 * folders, with a warning; access that still does not fit is rejected. Permissions never widen silently.
 */
import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { invalidInput } from '../problems.ts'
import type { Access } from './access.ts'
import { documentsOf, isInline } from './documents.ts'
import { copyToTargets } from './permissions.ts'

/** A role has at most 10 managed policies. One is for the VPC, and one for what CDK moves out of the inline policy. */
const MAX_POLICIES = 8

/** Folder depths to try, the narrowest permissions first. */
const DEPTHS = [4, 3, 2, 1]

/** @throws InvalidInput if the list names more than the policies of a role can hold */
export function fitAccess(scope: Construct, access: Access): Access {
  const found = narrowest(scope, access)
  if (found === undefined) throw tooMuch(scope, access)
  for (const kind of ['targets', 'sources'] as const) {
    const folders = found[kind].filter((name) => !access[kind].includes(name))
    if (folders.length > 0) warn(scope, kind, access[kind].length, folders)
  }
  return found
}

/** The narrowest access that fits: all repositories by name, then the larger kind by folders, then both. */
function narrowest(scope: Construct, access: Access): Access | undefined {
  const { targets, sources } = access
  const byFolders = (depth: number) => ({
    targets: { targets: foldersOf(targets, depth) },
    // The first part of an ARN is everything before the name.
    sources: { sources: foldersOf(sources, depth + 1) },
  })
  const [first, second] =
    lengthOf(targets) > lengthOf(sources)
      ? (['targets', 'sources'] as const)
      : (['sources', 'targets'] as const)
  const tries = [
    {},
    ...DEPTHS.map((depth) => byFolders(depth)[first]),
    ...DEPTHS.map((depth) => ({ ...byFolders(1)[first], ...byFolders(depth)[second] })),
  ]
  return tries.map((narrowed) => ({ ...access, ...narrowed })).find((tried) => fits(scope, tried))
}

/** Sync needs all permissions of the list. */
function fits(scope: Construct, access: Access): boolean {
  const large = copyToTargets(scope, access).filter((grant) => !isInline(grant))
  return documentsOf(large).length <= MAX_POLICIES
}

/** Names of the same folder become the folder; a name that is alone in its folder stays. */
function foldersOf(names: readonly string[], depth: number): string[] {
  const folders = Map.groupBy(names, (name) => {
    const parts = name.split('/')
    return parts.length > depth ? [...parts.slice(0, depth), '*'].join('/') : name
  })
  return [...folders].flatMap(([folder, members]) => (members.length > 1 ? [folder] : members))
}

function lengthOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + name.length, 0)
}

/** The maximum number of folders in a warning. */
const MAX_NAMED = 5

function warn(
  scope: Construct,
  kind: 'targets' | 'sources',
  count: number,
  folders: readonly string[],
): void {
  const named = folders.slice(0, MAX_NAMED).map((arn) => arn.replace(/^.*?:repository\//, ''))
  const more = folders.length > MAX_NAMED ? `, and ${folders.length - MAX_NAMED} more` : ''
  const [what, fix] =
    kind === 'targets'
      ? ['write to', 'set "prefix" in the list']
      : ['read', 'spread the list over several mirrors']
  Annotations.of(scope).addWarningV2(
    `image-mirror:${kind}`,
    `the roles may ${what} all repositories under ${named.join(', ')}${more}: the ${count} ${kind} of the list do not ` +
      `fit into their policies by name; for narrower permissions, ${fix}`,
  )
}

function tooMuch(scope: Construct, access: Access): Error {
  const { targets, sources, pushed } = access
  const secrets = [...access.secrets, ...access.targetSecrets]
  const kinds = [
    {
      names: targets.filter((name) => !pushed.names.includes(name)),
      what: 'target repositories',
      fix: 'set "prefix", so that one name covers all of them',
    },
    { names: sources, what: 'source repositories in ECR', fix: 'spread them over several mirrors' },
    {
      names: access.otherAccounts.flatMap((other) => other.targets),
      what: 'target repositories in other accounts',
      fix: 'set "namespace" of the target, so that one name covers all of them',
    },
    {
      names: pushed.names,
      what: 'entries of push.repositories',
      fix: 'name them by fewer patterns, such as "team/*"',
    },
    {
      names: secrets,
      what: 'secrets',
      fix: 'use one secret for the images of a registry, or spread them over several mirrors',
    },
  ]
  const [largest] = kinds.toSorted((a, b) => lengthOf(b.names) - lengthOf(a.names))
  const counts = kinds
    .filter(({ names }) => names.length > 0)
    .map(({ names, what }) => `${names.length} ${what}`)
  const needed = documentsOf(copyToTargets(scope, access)).length
  const message =
    `the list names ${counts.join(', ')}, which needs ${needed} policies of 6,144 characters, but a role has room for ` +
    `${MAX_POLICIES}: ${largest?.fix}`
  return invalidInput(message)
}
