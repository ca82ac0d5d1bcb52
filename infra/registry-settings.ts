/** What the list says of registries, as the environment of whatever talks to them. */
import type { List } from '../mirror/config.ts'
import { PULL_RESERVE } from '../registry/settings.ts'

export type RegistrySettings = Readonly<Record<string, string>>

export function registrySettings({ rateLimit }: Pick<List, 'rateLimit'>): RegistrySettings {
  const reserve = rateLimit?.reserve ?? 0
  return reserve === 0 ? {} : { [PULL_RESERVE]: String(reserve) }
}
