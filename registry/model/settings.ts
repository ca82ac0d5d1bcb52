/**
 * What an operator may say of registries in the environment, in the shape of AWS's own variables. The deployment sets
 * them from the list; whoever copies by hand sets them in a shell.
 */

export type Environment = Readonly<Record<string, string | undefined>>

/** How many pulls of a registry's quota are kept for others. @default 0 */
export const PULL_RESERVE = 'REGISTRY_PULL_RESERVE'

/** As whom a registry is read: `iam`, where it is ECR Public. @default - anonymously, or with a secret */
export function credentialsVariable(registry: string): string {
  return variableOf('REGISTRY_CREDENTIALS_', registry)
}

/**
 * Origins of token servers, with spaces between them, that may see the credentials for a registry though they are not
 * of its domain. @default - none
 */
export function realmsVariable(registry: string): string {
  return variableOf('REGISTRY_REALMS_', registry)
}

export function readRealms(registry: string, environment: Environment): string[] {
  return (environment[realmsVariable(registry)] ?? '').split(' ').filter((realm) => realm !== '')
}

/**
 * Authorities that count at single registries, beside those that count everywhere: hosts, then their certificates, then
 * further hosts with theirs, all with spaces between. Certificates are PEM or, to save room, the base64 of it alone. One
 * variable for all: two hosts can have the same name in capitals, and must not have the same authorities. @default - none
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
