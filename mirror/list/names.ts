/** Derives names of target repositories from sources, and checks them against ECR's rules. */
import { ECR_PUBLIC } from '../../registry/ecr/ecr-host.ts'
import { isRepository, type RepositoryRef } from '../../registry/model/reference.ts'

/**
 * Stricter than OCI's grammar: `__` and `--` are refused.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
const ECR_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/
const MIN_LENGTH = 2
const MAX_LENGTH = 256

/** Returns the source's path after the prefix, without the `library/` that Docker Hub implies. */
export function targetRepository(source: RepositoryRef, prefix?: string): string {
  const path =
    source.registry === 'docker.io' ? source.repository.replace(/^library\//, '') : source.repository
  return prefix === undefined ? path : `${prefix}/${path}`
}

/** Returns why ECR would reject a repository name; undefined if it accepts it. */
export function nameProblem(name: string): string | undefined {
  if (name.length < MIN_LENGTH || name.length > MAX_LENGTH) {
    return `ECR accepts ${MIN_LENGTH} to ${MAX_LENGTH} characters, but this has ${name.length}`
  }
  if (ECR_NAME.test(name)) return undefined
  return 'ECR accepts lower-case letters and digits, joined by single . _ - and /'
}

/** Returns why ECR would reject a target repository's name, with a fix; undefined if it accepts it. */
export function targetProblem(name: string): string | undefined {
  const wrong = nameProblem(name)
  if (wrong === undefined) return undefined
  const near = validName(name)
  const example = nameProblem(near) === undefined ? `, such as "${near}"` : ''
  return `"${name}" cannot be its target repository: ${wrong}; give the entry a "repository"${example}`
}

/**
 * Returns why a registry would reject a repository name, with a fix; undefined if it may accept it. Docker Hub has a
 * namespace and a name, and no more levels: https://docs.docker.com/docker-hub/repos/
 */
export function registryNameProblem({ registry, repository }: RepositoryRef): string | undefined {
  const rule = registryRule({ registry, repository })
  const flat =
    registry === 'docker.io' && isRepository(repository)
      ? `set "repository: '{flat}'" of the target, or `
      : ''
  const fix = `${flat}give the entry another "repository", or the target another "namespace"`
  return rule && `"${repository}" cannot be a repository at ${registry}: ${rule}; ${fix}`
}

/** Returns the rule of a registry that a repository name breaks. */
export function registryRule({ registry, repository }: RepositoryRef): string | undefined {
  if (!isRepository(repository))
    return 'registries accept lower-case letters and digits, joined by . _ - and /'
  if (registry === ECR_PUBLIC) return publicNameRule(repository)
  if (registry !== 'docker.io' || repository.split('/').length === 2) return undefined
  return 'its names have two parts, such as "example/redis"'
}

/** https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html */
const MAX_PUBLIC_LENGTH = 205

/** The alias of the account's registry comes first. */
function publicNameRule(repository: string): string | undefined {
  const name = repository.slice(repository.indexOf('/') + 1)
  return name.length > MAX_PUBLIC_LENGTH
    ? `ECR Public accepts ${MAX_PUBLIC_LENGTH} characters, but this has ${name.length}`
    : nameProblem(name)
}

/** Returns a similar name that ECR accepts, in most cases. */
export function validName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '')
    .join('/')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._/-]/g, '-')
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, MAX_LENGTH)
}

/** Whether a name matches one of the patterns, in which `*` stands for any characters. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => wildcard(pattern, name))
}

/** Matches greedily, piece by piece: linear, and without a regular expression made of user input. */
function wildcard(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return name === pattern
  const tail = rest.pop() ?? ''
  if (!name.startsWith(head)) return false
  let at = head.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return name.length - tail.length >= at && name.endsWith(tail)
}
