/** Names of target repositories: how they are made from a source, and what ECR allows. */
import type { RepositoryRef } from '../../registry/model/reference.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'

/**
 * Stricter than OCI's grammar: `__` and `--` are refused.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
const ECR_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/
const MIN_LENGTH = 2
const MAX_LENGTH = 256

/** The source's path behind the prefix, without the `library/` that Docker Hub implies. */
export function targetRepository(source: RepositoryRef, prefix?: string): string {
  const path =
    source.registry === 'docker.io' ? source.repository.replace(/^library\//, '') : source.repository
  return prefix === undefined ? path : `${prefix}/${path}`
}

/** What ECR would not accept about a repository name; undefined when it would. */
export function nameProblem(name: string): string | undefined {
  if (name.length < MIN_LENGTH || name.length > MAX_LENGTH) {
    return `ECR takes ${MIN_LENGTH} to ${MAX_LENGTH} characters, and this has ${name.length}`
  }
  if (ECR_NAME.test(name)) return undefined
  return 'ECR takes lower-case letters and digits, joined by single . _ - and /'
}

/** What is wrong with a target repository's name, and what to write instead; undefined when ECR takes it. */
export function targetProblem(name: string): string | undefined {
  const wrong = nameProblem(name)
  if (wrong === undefined) return undefined
  const near = validName(name)
  const example = nameProblem(near) === undefined ? `, such as "${near}"` : ''
  return `"${name}" cannot be its target repository: ${wrong}; give the entry a "repository"${example}`
}

/**
 * One image with such a name is no reason to leave the others: it fails alone, before its source is asked.
 * @throws InvalidTarget
 */
export function requireTarget(name: string): void {
  const wrong = targetProblem(name)
  if (wrong !== undefined) throw namedError(ErrorName.InvalidTarget, wrong)
}

/** A name that ECR takes, as near as can be to one that it does not. */
function validName(name: string): string {
  return name
    .toLowerCase()
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, MAX_LENGTH)
}

/** Whether a name meets one of the patterns, in which `*` stands for any characters. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => wildcard(pattern, name))
}

/** Greedy matching, piece by piece: linear, and with no regular expression made from what people wrote. */
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
