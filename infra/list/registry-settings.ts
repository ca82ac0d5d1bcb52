/** Encodes the list's registry settings as environment variables for programs that read from registries. */
import type { List } from '../../mirror/list/config.ts'
import { certificatesOf } from '../../registry/http/certificates.ts'
import { AUTHORITIES, PULL_RESERVE, SETTINGS } from '../../registry/model/settings.ts'
import { invalidInput } from '../problems.ts'

export type RegistrySettings = Readonly<Record<string, string>>

/**
 * The size limit of a function's environment, in bytes:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LIMIT = 4096
/** The other environment variable of functions: a bucket name, which has at most 63 characters. */
const OTHERS = { WORK_BUCKET: '-'.repeat(63) }

/** @throws InvalidInput if the settings exceed the limit of a function's environment */
export function registrySettings({
  rateLimit,
  registries = {},
}: Pick<List, 'rateLimit' | 'registries'>): RegistrySettings {
  const reserve = rateLimit?.reserve ?? 0
  return fitting({
    ...(reserve === 0 ? {} : { [PULL_RESERVE]: String(reserve) }),
    ...settings(registries),
    ...authorities(registries),
  })
}

/** Keyed by host in one variable: variables per host would collide for hosts that differ only in punctuation. */
function settings(registries: NonNullable<List['registries']>): RegistrySettings {
  const special = Object.entries(registries).flatMap(([host, { credentials, realms }]) =>
    credentials === undefined && realms === undefined ? [] : [[host, { credentials, realms }] as const],
  )
  return special.length === 0 ? {} : { [SETTINGS]: JSON.stringify(Object.fromEntries(special)) }
}

/** Encoded compactly: certificates without PEM armor, and each only once. */
function authorities(registries: NonNullable<List['registries']>): RegistrySettings {
  const encoded = Object.entries(registries).flatMap(([host, { ca }]) =>
    ca === undefined ? [] : [{ host, words: encodedOf(ca) }],
  )
  const groups = Map.groupBy(encoded, ({ words }) => words)
  const text = [...groups].map(([words, of]) => [...of.map(({ host }) => host), words].join(' ')).join(' ')
  return text === '' ? {} : { [AUTHORITIES]: text }
}

function encodedOf(pem: string): string {
  return certificatesOf(pem)
    .map(({ raw }) => raw.toString('base64'))
    .join(' ')
}

/** Lambda measures the variables as JSON: https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594 */
function fitting(settings: RegistrySettings): RegistrySettings {
  const size = Buffer.byteLength(JSON.stringify({ ...settings, ...OTHERS }))
  if (size <= LIMIT) return settings
  const message =
    `registries: the settings need ${size} bytes of environment variables, and Lambda allows ` +
    `${LIMIT}; ${shorter(settings)}`
  throw invalidInput(message)
}

function shorter({ [AUTHORITIES]: authorities = '', [SETTINGS]: others = '' }: RegistrySettings): string {
  return authorities.length > others.length
    ? 'reduce "ca" to the certificate that signed the registry\'s own'
    : 'remove registries that the list does not read, or spread them over several mirrors'
}
