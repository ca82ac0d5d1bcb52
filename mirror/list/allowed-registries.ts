/**
 * What a list that comes with an execution may read: images of registries and secrets that the deployed list answers
 * for. Whoever may start executions chooses among what was deployed, and cannot point the functions elsewhere.
 */
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../registry/model/reference.ts'
import { nearest } from '../nearest.ts'
import type { ImageEntry, List } from './config.ts'
import { type Entry, longForm, readEntry } from './entry.ts'
import { type Path, type Problem, pathText } from './problems.ts'

/** Public registries that anyone would expect to be there; `*.` stands for any host below. */
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

/** What is wrong with the sources of a custom list; entries that are no references are for check-list.ts. */
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
 * The secret of the deployed list's defaults goes with images of the registries that it is used for there, and with
 * no others: it is not for a custom list to send it elsewhere.
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
  /** Secret -> the registries that it is for. */
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

/** `*` is every registry. */
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
  return {
    path,
    text: `${pathText(path)}: "${host}" is not a registry that executions may read from; ${fix}`,
  }
}

function foreignSecret(entry: Entry, { secrets }: Uses, at: (key: string) => Path): Problem[] {
  const { ref, settings } = entry
  const { credentials } = settings
  if (credentials === undefined || secrets.get(credentials)?.has(ref.registry)) return []
  const hosts = secrets.get(credentials)
  const wrong =
    hosts === undefined
      ? 'is not a secret of the deployed list, so that nothing may read it'
      : `is for ${[...hosts].join(', ')}, and not for ${ref.registry}`
  const path = at('credentials')
  const fix = `name it there for an image of ${ref.registry}, and deploy`
  return [{ path, text: `${pathText(path)}: "${credentials}" ${wrong}; ${fix}` }]
}
