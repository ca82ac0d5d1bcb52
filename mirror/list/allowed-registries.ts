/**
 * Checks that a custom list reads only from registries and with secrets that the deployed list allows. Who may start
 * executions can choose among them, but cannot point the functions elsewhere.
 */
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../registry/model/reference.ts'
import { nearest } from '../nearest.ts'
import type { ImageEntry, List } from './config.ts'
import { type Path, type Problem, problemAt } from './document/problems.ts'
import { type Entry, longForm, readEntry } from './entry.ts'

/** Well-known public registries. `*.` matches any host below. */
export const WELL_KNOWN_REGISTRIES: readonly string[] = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'public.ecr.aws',
  'registry.k8s.io',
  'gcr.io',
  '*.gcr.io',
  '*.pkg.dev',
  'mcr.microsoft.com',
  'registry.gitlab.com',
  'nvcr.io',
  'cgr.dev',
  'docker.elastic.co',
  'registry.access.redhat.com',
  'registry.redhat.io',
]

/** Returns problems with the sources of a custom list. check-list.ts reports invalid references. */
export function checkSources(custom: List, configured: List, account: string | undefined): Problem[] {
  const own = usesOf(configured)
  const allowed = configured.allowedRegistries ?? WELL_KNOWN_REGISTRIES
  return custom.images.flatMap((given, index) => {
    const entry = tryRead(given, custom)
    if (entry === undefined) return []
    const host = entry.ref.registry
    const listed = own.hosts.has(host) || isOwnEcr(host, account) || allowed.some((one) => covers(one, host))
    const at = (key: string): Path => ['images', index, ...(typeof given === 'string' ? [] : [key])]
    return [...(listed ? [] : [foreignHost(host, allowed, at('source'))]), ...foreignSecret(entry, own, at)]
  })
}

/**
 * Applies the secret of the deployed list's defaults to images of the registries for which the deployed list uses it.
 * A custom list must not send it to other registries.
 */
export function inheritCredentials(images: readonly ImageEntry[], configured: List): ImageEntry[] {
  const secret = configured.defaults?.credentials
  const hosts = secret === undefined ? undefined : usesOf(configured).secrets.get(secret)
  return images.map((given) => {
    const host = tryRead(given, configured)?.ref.registry
    const image = longForm(given)
    if (secret === undefined || image.credentials !== undefined || !host || !hosts?.has(host)) return given
    return { ...image, credentials: secret }
  })
}

interface Uses {
  readonly hosts: ReadonlySet<string>
  /** Secret -> the registries it is used for. */
  readonly secrets: ReadonlyMap<string, ReadonlySet<string>>
}

function usesOf(list: List): Uses {
  const entries = list.images.map((entry) => readEntry(entry, list))
  const secrets = new Map<string, Set<string>>()
  for (const { settings, ref } of entries) {
    const { credentials } = settings
    if (credentials === undefined) continue
    const hosts = secrets.get(credentials) ?? new Set()
    secrets.set(credentials, hosts.add(ref.registry))
  }
  return { hosts: new Set(entries.map(({ ref }) => ref.registry)), secrets }
}

function tryRead(given: ImageEntry, list: List): Entry | undefined {
  try {
    return readEntry(given, list)
  } catch {
    return undefined
  }
}

function isOwnEcr(host: string, account: string | undefined): boolean {
  return account !== undefined && parseEcrHost(host)?.account === account
}

/** `*` matches every registry. */
function covers(pattern: string, host: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1).toLowerCase()) : foldHost(pattern) === host
}

function foreignHost(host: string, allowed: readonly string[], path: Path): Problem {
  const meant = nearest(host, allowed)
  const fix =
    meant === undefined
      ? 'add it to "allowedRegistries" of the deployed list, and deploy'
      : `did you mean "${meant}"? Otherwise add it to "allowedRegistries" of the deployed list, and deploy`
  return problemAt(path, `"${host}" is not a registry that executions may read from; ${fix}`)
}

function foreignSecret(entry: Entry, { secrets }: Uses, at: (key: string) => Path): Problem[] {
  const { ref, settings } = entry
  const { credentials } = settings
  if (credentials === undefined || secrets.get(credentials)?.has(ref.registry)) return []
  const hosts = secrets.get(credentials)
  const wrong =
    hosts === undefined
      ? 'is not a secret of the deployed list, so no role may read it'
      : `is for ${[...hosts].join(', ')}, not for ${ref.registry}`
  const fix = `name it there for an image of ${ref.registry}, and deploy`
  return [problemAt(at('credentials'), `"${credentials}" ${wrong}; ${fix}`)]
}
