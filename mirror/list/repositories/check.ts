/** Checks the settings of repositories beyond their schema, for the list and for each image with its targets. */
import { describeMutability, mutabilityOf } from '../../repositories/mutability.ts'
import { MAX_POLICY, mergePolicy, policyStatements } from '../../repositories/policy.ts'
import { type EcrTarget, isEcrTarget, MANAGED } from '../../repositories/wanted.ts'
import { repositoryAt, type Target } from '../../target.ts'
import type { List } from '../config.ts'
import { type Path, type Problem, pathText, problemAt, problemsAt } from '../document/problems.ts'
import { longForm, readEntries } from '../entry.ts'
import { partitionOf } from '../partitions.ts'
import { checkLifecycle } from './check-lifecycle.ts'
import type { PolicyStatement, RepositoryPolicy } from './policy-schema.ts'
import {
  type Encryption,
  type ImmutableTags,
  mergeSettings,
  NONE,
  type RepositorySettings,
} from './schema.ts'
import { pushTargets } from './unnamed-targets.ts'

/** @param list - a list whose images are valid otherwise */
export function checkRepositories(list: List): Problem[] {
  const own = list.images.flatMap((given, index) => {
    const { repositories } = longForm(given)
    const path = ['images', index, 'repositories']
    return repositories === undefined ? [] : checkSettings(repositories, path)
  })
  const problems = [...checkSettings(list.repositories, ['repositories']), ...own]
  return problems.length > 0 ? problems : checkAtTargets(list)
}

function checkSettings(settings: RepositorySettings, path: Path): Problem[] {
  const { immutableTags, lifecycle, policy, tags = {} } = settings
  return [
    ...(immutableTags === undefined ? [] : checkExceptions(immutableTags, [...path, 'immutableTags'])),
    ...(lifecycle === undefined || lifecycle === NONE
      ? []
      : checkLifecycle(lifecycle, [...path, 'lifecycle'])),
    ...(policy === undefined || policy === NONE ? [] : checkPolicy(policy, [...path, 'policy'])),
    ...checkTags(tags, [...path, 'tags']),
  ]
}

const MAX_WILDCARDS = 2

function checkExceptions(given: ImmutableTags, path: Path): Problem[] {
  if (typeof given === 'boolean') return []
  return given.except.flatMap((tag, index) => {
    const at = [...path, 'except', index]
    if (given.except.indexOf(tag) !== index)
      return [problemAt(at, `"${tag}" appears twice; remove one of them`)]
    return problemsAt(
      at,
      tag.split('*').length - 1 > MAX_WILDCARDS
        ? `"${tag}" has more than ${MAX_WILDCARDS} wildcards, which ECR refuses`
        : undefined,
    )
  })
}

function checkPolicy(policy: RepositoryPolicy, path: Path): Problem[] {
  const { pull, statements = [] } = policy
  if (pull === undefined && statements.length === 0)
    return [problemAt(path, 'it says nothing; give "pull" or "statements", or remove it')]
  if (pull !== undefined && Object.values(pull).every((value) => value === undefined))
    return [problemAt([...path, 'pull'], 'it names nobody; give "organization", "accounts" or "lambda"')]
  const sids = statements.map(({ Sid }) => Sid)
  const own = statements.flatMap((statement, index) => {
    const at = [...path, 'statements', index]
    const { Sid } = statement
    return [
      ...(Sid !== undefined && sids.indexOf(Sid) !== index
        ? [problemAt([...at, 'Sid'], `"${Sid}" appears twice; give each statement its own`)]
        : []),
      ...problemsAt([...at, 'Action'], actionProblem(statement)),
    ]
  })
  // The longest names of a region and a partition.
  const text = mergePolicy(
    undefined,
    policyStatements(policy, { region: 'ap-northeast-1', partition: 'aws-us-gov' }),
  )
  return [
    ...own,
    ...problemsAt(
      path,
      text.length > MAX_POLICY ? `has ${text.length} characters, and ECR allows ${MAX_POLICY}` : undefined,
    ),
  ]
}

/** ECR refuses actions of other services, and `Resource`, which the schema does not know. */
function actionProblem({ Action }: PolicyStatement): string | undefined {
  const wrong = [Action].flat().find((action) => !/^ecr:[A-Za-z*]{1,64}$/.test(action))
  return wrong === undefined ? undefined : `"${wrong}" is not an action of ECR, such as "ecr:BatchGetImage"`
}

/** A repository has at most 50 resource tags, and one is ours. */
const MAX_TAGS = 49

function checkTags(tags: Readonly<Record<string, string>>, path: Path): Problem[] {
  const keys = Object.keys(tags)
  return [
    ...problemsAt(
      path,
      keys.length > MAX_TAGS ? `has ${keys.length} tags, and there is room for ${MAX_TAGS}` : undefined,
    ),
    ...Object.entries(tags).flatMap(([key, value]) => problemsAt([...path, key], tagProblem(key, value))),
  ]
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html */
function tagProblem(key: string, value: string): string | undefined {
  if (/^aws:/i.test(key)) return 'names that begin with "aws:" are reserved by AWS'
  if (key === MANAGED) return 'is the mark of the mirror, which it sets itself'
  if (key.length < 1 || key.length > 128) return 'must have a name of 1 to 128 characters'
  if (value.length > 256) return 'must have a value of at most 256 characters'
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)
    ? undefined
    : 'may have letters, digits, spaces and _ . : / = + - @'
}

/** Checks what depends on where an image goes, and that entries that share a repository agree. */
function checkAtTargets(list: List): Problem[] {
  const seen = new Map<string, { readonly settings: string; readonly index: number }>()
  const ofPushes = checkEncryption(list.repositories.encryption, pushTargets(list), ['repositories'])
  if (ofPushes.length > 0) return ofPushes
  return list.images.flatMap((given, index): Problem[] => {
    const entries = readEntries(given, list)
    const own = longForm(given).repositories
    const path: Path = own === undefined ? ['repositories'] : ['images', index, 'repositories']
    const inEcr = (entries[0]?.targets ?? []).filter(isEcrTarget)
    if (own !== undefined && inEcr.length === 0) {
      const wrong = 'has no effect, because the image goes to no repository of Amazon ECR; remove it'
      return [problemAt(path, wrong)]
    }
    const settings = mergeSettings(list.repositories, own)
    return [
      ...checkEncryption(settings.encryption, inEcr, path),
      ...entries.flatMap((entry) => agreement(settings, { ...entry, index }, seen)),
    ]
  })
}

function checkEncryption(
  encryption: Encryption | undefined,
  targets: readonly EcrTarget[],
  path: Path,
): Problem[] {
  if (encryption === undefined || encryption === 'AES256' || encryption.kms === true) return []
  const { kms } = encryption
  const at = [...path, 'encryption', 'kms']
  for (const { id, region } of targets) {
    const key = typeof kms === 'string' ? kms : (kms[id] ?? kms[region])
    if (key === undefined) return [problemAt(at, `has no key for ${id}; give the ARN of a key there`)]
    const [, partition, , keyRegion] = key.split(':')
    if (keyRegion !== region) {
      const fix = 'give a key for each region'
      return [problemAt(at, `the key for ${id} is in ${keyRegion}, and must be in ${region}; ${fix}`)]
    }
    if (partition !== partitionOf(region))
      return [
        problemAt(at, `the key for ${id} is in the partition ${partition}, not in ${partitionOf(region)}`),
      ]
  }
  return []
}

interface Placed {
  readonly index: number
  readonly repository: string
  readonly targets: readonly Target[]
}

function agreement(
  settings: RepositorySettings,
  { index, repository, targets }: Placed,
  seen: Map<string, { readonly settings: string; readonly index: number }>,
): Problem[] {
  const text = JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const target of targets.filter(isEcrTarget)) {
    const place = `${target.id} ${repositoryAt(target, repository)}`
    const other = seen.get(place)
    if (other === undefined) seen.set(place, { settings: text, index })
    else if (other.settings !== text) {
      const there = pathText(['images', other.index])
      const wrong = `fills the repository "${repository}", as ${there} does, with other settings`
      return [problemAt(['images', index, 'repositories'], `${wrong}; give both the same`)]
    }
  }
  return []
}

/**
 * What is valid and probably not meant: cosign and clients of the fallback scheme move tags that name a digest.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function settingsWarnings(list: List): string[] {
  const all = [list.repositories, ...list.images.flatMap((given) => longForm(given).repositories ?? [])]
  const strict = all
    .flatMap(({ immutableTags }) => (immutableTags === undefined ? [] : [mutabilityOf(immutableTags)]))
    .find(({ mode, filters }) => mode.startsWith('IMMUTABLE') && !filters.some(coversDigestTags))
  if (strict === undefined) return []
  return [
    `repositories.immutableTags: tags are ${describeMutability(strict)}, so signatures and lists of artifacts under tags such as sha256-… cannot be renewed; ` +
      "write {except: ['sha256-*']}",
  ]
}

function coversDigestTags(filter: string): boolean {
  const prefix = 'sha256-'
  return filter.startsWith(prefix) || (filter.endsWith('*') && prefix.startsWith(filter.slice(0, -1)))
}
