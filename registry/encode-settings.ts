/** Encodes registry settings as environment variables, for programs that read from registries. */
import { certificatesOf } from './http/certificates.ts'
import { AUTHORITIES, PULL_RESERVE, type RegistrySettings, SETTINGS } from './model/settings.ts'

export interface SettingsToEncode {
  /** Pulls of each registry's quota to leave for other clients. @default 0 */
  readonly reserve?: number | undefined
  /** By host. */
  readonly registries?: Readonly<Record<string, HostSettings>> | undefined
}

export interface HostSettings extends RegistrySettings {
  /** Certificate authorities, as PEM. @default - public authorities */
  readonly ca?: string | undefined
}

export function encodeSettings({
  reserve = 0,
  registries = {},
}: SettingsToEncode): Readonly<Record<string, string>> {
  return {
    ...(reserve === 0 ? {} : { [PULL_RESERVE]: String(reserve) }),
    ...settings(registries),
    ...authorities(registries),
  }
}

/** Keyed by host in one variable: variables per host would collide for hosts that differ only in punctuation. */
function settings(registries: Readonly<Record<string, HostSettings>>): Record<string, string> {
  const special = Object.entries(registries).flatMap(([host, { credentials, realms, role, externalId }]) => {
    const set = { credentials, realms, role, externalId }
    return Object.values(set).every((value) => value === undefined) ? [] : [[host, set] as const]
  })
  return special.length === 0 ? {} : { [SETTINGS]: JSON.stringify(Object.fromEntries(special)) }
}

/** Encoded compactly: certificates without PEM armor, and each only once. */
function authorities(registries: Readonly<Record<string, HostSettings>>): Record<string, string> {
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
