/**
 * Settings of registries in the environment. The deployment sets them from the list; people who copy by hand set them
 * in a shell.
 */
import { RegistryError } from './errors.ts'
import { foldHost } from './reference.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** How many pulls of a registry's quota are kept for others. @default 0 */
export const PULL_RESERVE = 'REGISTRY_PULL_RESERVE'

/**
 * Settings of single registries, as JSON by host: `{"quay.io": {"realms": ["https://auth.example.com"]}}`. One variable
 * for all hosts: a variable per host would be shared by `a-b.example` and `a.b.example`. @default - none
 */
export const SETTINGS = 'REGISTRY_SETTINGS'

export interface RegistrySettings {
  /** `iam`: ECR Public is read with the credentials of the process. @default - anonymously, or with a secret */
  readonly credentials?: string | undefined
  /** Origins of token servers outside the registry's own domain that may see its credentials. @default - none */
  readonly realms?: readonly string[] | undefined
}

/** By host, in lower case. @throws RegistryError for what is not such JSON */
export function readSettings(environment: Environment): ReadonlyMap<string, RegistrySettings> {
  const text = environment[SETTINGS] ?? ''
  if (text.trim() === '') return new Map()
  const value = parsed(text)
  if (!isRecord(value)) throw invalid('it is not a JSON object')
  return new Map(Object.entries(value).map(([host, given]) => [foldHost(host), checked(host, given)]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('it is not JSON')
  }
}

function checked(host: string, given: unknown): RegistrySettings {
  if (!isRecord(given)) throw invalid(`"${host}" has no object`)
  const { credentials, realms, ...others } = given
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalid(`"${host}" has the key "${unknown}", which is none`)
  if (credentials !== undefined && credentials !== 'iam')
    throw invalid(`"credentials" of "${host}" can only be "iam"`)
  if (realms === undefined || isTexts(realms)) return { credentials, realms }
  throw invalid(`"realms" of "${host}" is not a list of origins`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function invalid(why: string): RegistryError {
  const example = '{"registry.example.com": {"realms": ["https://auth.example.org"]}}'
  return new RegistryError(`${SETTINGS} must be JSON such as ${example}: ${why}`, { kind: 'refused' })
}

/**
 * Authorities that count at single registries, beside those that count everywhere: hosts, then their certificates, then
 * further hosts with theirs, all with spaces between. Certificates are PEM or, to save room, the base64 of it alone, once
 * for all hosts that share them. @default - none
 */
export const AUTHORITIES = 'REGISTRY_CA'

/** By host, the base64 of each certificate. */
export function readAuthorities(environment: Environment): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  let certificates: string[] = []
  for (const word of wordsOf(environment[AUTHORITIES] ?? '')) {
    if (/^MI[\w+/]+=*$/.test(word)) {
      certificates.push(word)
      continue
    }
    if (certificates.length > 0) certificates = []
    found.set(word.toLowerCase(), certificates)
  }
  return found
}

function wordsOf(text: string): string[] {
  return text
    .replaceAll(
      /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g,
      (_, base64: string) => ` ${base64.replaceAll(/\s/g, '')} `,
    )
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** The variable about one registry: `127.0.0.1:5000` -> `<prefix>127_0_0_1_5000`. */
export function variableOf(prefix: string, registry: string): string {
  return `${prefix}${registry.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
