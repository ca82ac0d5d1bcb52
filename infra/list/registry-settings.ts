/** Encodes the list's registry settings as environment variables of functions and builds, within their limits. */
import type { List } from '../../mirror/list/config.ts'
import { encodeSettings } from '../../registry/encode-settings.ts'
import { AUTHORITIES, SETTINGS } from '../../registry/model/settings.ts'
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
  registries,
}: Pick<List, 'rateLimit' | 'registries'>): RegistrySettings {
  return fitting(encodeSettings({ reserve: rateLimit?.reserve, registries }))
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
