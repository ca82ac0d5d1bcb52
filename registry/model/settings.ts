/** Registry settings in environment variables. The deployment sets them from the list; `copy` takes them from the shell. */
import { RegistryError } from './errors.ts'
import { isObject } from './json.ts'
import { foldHost } from './reference.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The pulls of a registry's quota to leave for other clients. @default 0 */
export const PULL_RESERVE = 'REGISTRY_PULL_RESERVE'

/**
 * Settings per registry, as JSON by host: `{"quay.io": {"realms": ["https://auth.example.com"]}}`. This is one variable,
 * since `a-b.example` and `a.b.example` would share the name of a variable per host. @default - none
 */
export const SETTINGS = 'REGISTRY_SETTINGS'

export interface RegistrySettings {
  /** `iam` reads ECR Public with the AWS credentials of the process. @default - anonymous, or a secret */
  readonly credentials?: string | undefined
  /** Origins of token servers outside the registry's domain that may receive its credentials. @default - none */
  readonly realms?: readonly string[] | undefined
  /** The ARN of the role to assume for a registry of ECR. @default - the AWS credentials of the process */
  readonly role?: string | undefined
  /** The external id that the role requires. @default - none */
  readonly externalId?: string | undefined
}

/** Settings by host, in lower case. @throws RegistryError if the variable is invalid */
export function readSettings(environment: Environment): ReadonlyMap<string, RegistrySettings> {
  const text = environment[SETTINGS] ?? ''
  if (text.trim() === '') return new Map()
  const value = parsed(text)
  if (!isObject(value)) throw invalid('it is not a JSON object')
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
  if (!isObject(given)) throw invalid(`the value of "${host}" is not an object`)
  const { credentials, realms, role, externalId, ...others } = given
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalid(`"${host}" has the unknown key "${unknown}"`)
  if (credentials !== undefined && credentials !== 'iam')
    throw invalid(`"credentials" of "${host}" must be "iam"`)
  if (realms !== undefined && !isTexts(realms))
    throw invalid(`"realms" of "${host}" is not a list of origins`)
  if (!isOptionalText(role) || !isOptionalText(externalId))
    throw invalid(`"role" and "externalId" of "${host}" must be text`)
  return { credentials, realms, role, externalId }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function invalid(why: string): RegistryError {
  const example = '{"registry.example.com": {"realms": ["https://auth.example.org"]}}'
  return new RegistryError(`${SETTINGS} must be JSON such as ${example}: ${why}`, { kind: 'refused' })
}

/**
 * Certificate authorities per registry, in addition to the default ones: hosts followed by their certificates, separated
 * by spaces, repeated for further hosts. A certificate is PEM or, to save space, only its base64. @default - none
 */
export const AUTHORITIES = 'REGISTRY_CA'

/** The base64 of each certificate, by host. */
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

/** The name of a registry's own variable: `127.0.0.1:5000` -> `<prefix>127_0_0_1_5000`. */
export function variableOf(prefix: string, registry: string): string {
  return `${prefix}${registry.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
