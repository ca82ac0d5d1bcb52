/**
 * Parses image references: their grammar and implied parts.
 * Grammar: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */

import { meantReference } from './meant-reference.ts'

/** A digest such as `sha256:9f86…`: algorithm and lower-case hex. */
export type Digest = `${string}:${string}`

/** A repository at a registry, e.g. `{ registry: 'docker.io', repository: 'library/redis' }`. */
export interface RepositoryRef {
  /** Host, with the port if one was given. Docker Hub's aliases become `docker.io`. */
  readonly registry: string
  /** Path inside the registry. Docker Hub's implied `library/` is spelled out. */
  readonly repository: string
}

/** A reference to one image: a repository with a tag, a digest, or both. */
export interface ImageRef extends RepositoryRef {
  readonly tag?: string
  readonly digest?: Digest
}

/** The error for an invalid reference. */
export class InvalidReference extends Error {
  override readonly name = 'InvalidReference'
  readonly input: string
  constructor(input: string, message: string) {
    super(message)
    this.input = input
  }
}

const PATH_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const REPOSITORY = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`)
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/
export const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
export const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/
const DOCKER_HUB = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
])

/** Whether this may be a repository of some registry; many have stricter rules. */
export function isRepository(text: string): boolean {
  return REPOSITORY.test(text)
}

export function isTag(text: string): boolean {
  return TAG.test(text)
}

/** Lower-cases a host, and maps Docker Hub's aliases to `docker.io`. */
export function foldHost(host: string): string {
  const lower = host.toLowerCase()
  return DOCKER_HUB.has(lower) ? 'docker.io' : lower
}

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text)
}

/**
 * Parses references such as `redis:7.4`, `quay.io/prometheus/node-exporter` and `127.0.0.1:5000/team/app@sha256:…`.
 * As in Docker, the first component is a host if it has a dot or a colon, or is `localhost`.
 * No tag is implied: the caller decides what a missing tag means.
 * @throws {InvalidReference} naming the invalid part or a suggestion
 */
export function parseReference(input: string): ImageRef {
  try {
    return parseStrictly(input)
  } catch (error) {
    const meant = meantReference(input, parses)
    throw meant === undefined ? error : invalid(input, meant)
  }
}

function parses(text: string): boolean {
  try {
    return parseStrictly(text).repository !== ''
  } catch {
    return false
  }
}

function parseStrictly(input: string): ImageRef {
  const [beforeDigest, digest, ...more] = input.split('@')
  if (!beforeDigest || more.length > 0)
    throw invalid(input, 'write it as host/path:tag or host/path@sha256:…')
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(input, `the digest "${digest}" is not sha256: and 64 hex digits, or sha512: and 128`)
  }
  const colon = beforeDigest.lastIndexOf(':')
  const hasTag = colon > beforeDigest.lastIndexOf('/')
  const path = hasTag ? beforeDigest.slice(0, colon) : beforeDigest
  const tag = hasTag ? beforeDigest.slice(colon + 1) : undefined
  if (tag !== undefined && !isTag(tag)) {
    throw invalid(input, `the tag "${tag}" must be 1 to 128 of A-Z a-z 0-9 _ . - and not start with . or -`)
  }
  return {
    ...splitHost(input, path),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** The full reference, e.g. `docker.io/library/redis:7.4`. */
export function formatReference(ref: ImageRef): string {
  const tag = ref.tag === undefined ? '' : `:${ref.tag}`
  const digest = ref.digest === undefined ? '' : `@${ref.digest}`
  return `${ref.registry}/${ref.repository}${tag}${digest}`
}

function splitHost(input: string, path: string): RepositoryRef {
  const slash = path.indexOf('/')
  const first = slash < 0 ? '' : path.slice(0, slash)
  const named = first.includes('.') || first.includes(':') || first === 'localhost'
  const host = named ? first : 'docker.io'
  const rest = named ? path.slice(slash + 1) : path
  if (!HOST.test(host)) throw invalid(input, `"${host}" is not a host name`)
  const registry = foldHost(host)
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  if (!REPOSITORY.test(repository)) {
    throw invalid(input, `"${rest}" must be lower-case words joined by . _ - and /`)
  }
  return { registry, repository }
}

function invalid(input: string, why: string): InvalidReference {
  return new InvalidReference(input, `"${input}" is not an image reference: ${why}`)
}
