/** What the list says of registries, as the environment of whatever talks to them. */
import type { List } from '../mirror/config.ts'
import { credentialsVariable, PULL_RESERVE, realmsVariable } from '../registry/settings.ts'

export type RegistrySettings = Readonly<Record<string, string>>

export function registrySettings({
  rateLimit,
  registries = {},
}: Pick<List, 'rateLimit' | 'registries'>): RegistrySettings {
  const reserve = rateLimit?.reserve ?? 0
  const variables = Object.entries(registries).flatMap(([host, { credentials, realms }]) => [
    ...(credentials === undefined ? [] : [[credentialsVariable(host), credentials]]),
    ...(realms === undefined ? [] : [[realmsVariable(host), realms.join(' ')]]),
  ])
  return { ...(reserve === 0 ? {} : { [PULL_RESERVE]: String(reserve) }), ...Object.fromEntries(variables) }
}
