/** The list's settings of registries, as environment variables of the programs that read from registries. */
import { ErrorName } from '../../mirror/contract.ts'
import type { List } from '../../mirror/list/config.ts'
import { certificatesOf } from '../../registry/http/certificates.ts'
import { AUTHORITIES, PULL_RESERVE, SETTINGS } from '../../registry/model/settings.ts'

export type RegistrySettings = Readonly<Record<string, string>>

/** Of a function's environment, in bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT = 4096
/** What functions are told beside this: the name of a bucket, which has up to 63 characters. */
const OTHERS = { WORK_BUCKET: '-'.repeat(63) }

/** @throws InvalidInput when it is more than a function can be told */
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

/** By host in one variable: hosts that differ in punctuation would share a variable of their own. */
function settings(registries: NonNullable<List['registries']>): RegistrySettings {
  const special = Object.entries(registries).flatMap(([host, { credentials, realms }]) =>
    credentials === undefined && realms === undefined ? [] : [[host, { credentials, realms }] as const],
  )
  return special.length === 0 ? {} : { [SETTINGS]: JSON.stringify(Object.fromEntries(special)) }
}

/** As short as can be: certificates without armour, and the same ones only once. */
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
    `registries: what the list says of registries takes ${size} bytes as environment variables, and Lambda has ` +
    `${LIMIT}; ${shorter(settings)}`
  throw Object.assign(new Error(message), { name: ErrorName.InvalidInput })
}

function shorter({ [AUTHORITIES]: authorities = '', [SETTINGS]: others = '' }: RegistrySettings): string {
  return authorities.length > others.length
    ? 'shorten it where "ca" names more certificates than the one that the registry\'s own is signed by'
    : 'leave out registries that the list does not read, or spread them over several mirrors'
}
