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
 * Certificates of the authorities that sign a registry's own, beside those that count everywhere: PEM, or as the
 * deployment writes it to save room, their base64 with spaces between, or the registry that has the same ones.
 * @default - none
 */
export function authoritiesVariable(registry: string): string {
  return variableOf('REGISTRY_CA_', registry)
}

/** The base64 of each certificate. */
export function readAuthorities(registry: string, environment: Environment): string[] {
  const own = environment[authoritiesVariable(registry)]?.trim() ?? ''
  // Base64 of a certificate begins with a capital M, and hosts have no capitals.
  const text = /^[a-z0-9]/.test(own) ? (environment[authoritiesVariable(own)] ?? '') : own
  const armoured = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)]
  if (armoured.length > 0) return armoured.map(([, base64 = '']) => base64.replaceAll(/\s/g, ''))
  return text.split(/\s+/).filter((base64) => base64 !== '')
}

/** The variable about one registry: `127.0.0.1:5000` -> `<prefix>127_0_0_1_5000`. */
export function variableOf(prefix: string, registry: string): string {
  return `${prefix}${registry.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}
