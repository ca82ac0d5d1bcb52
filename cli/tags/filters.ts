/**
 * Checks the filters of `tags` as a list's. Apart from the command's definition, which every command loads: the schema of
 * a list takes longer to load than the rest of the command line.
 */
import { checkTags } from '../../mirror/list/tags/check-tags.ts'
import { type Tags, tagsSchema } from '../../mirror/list/tags/schema.ts'
import type { RepositoryRef } from '../../registry/model/reference.ts'
import { UsageError } from '../program/usage-error.ts'

/** @throws {UsageError} with the problems that the same keys of a list have */
export function checkedTags(filters: object, source: RepositoryRef): Tags {
  const parsed = tagsSchema.safeParse(filters)
  const problems = parsed.success
    ? checkTags(parsed.data, [], `${source.registry}/${source.repository}`).map(({ text }) => text)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  if (parsed.success && problems.length === 0) return parsed.data
  throw new UsageError(problems.map((text) => `--${text.replace(/^(\w+)\[\d+\]/, '$1')}`).join('\n'))
}
