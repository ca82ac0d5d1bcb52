/** Reads documents of newer versions, which may have keys that this version does not know. */
import type { z } from 'zod'

/**
 * Parses a document, and leaves out the keys that a strict schema does not know.
 * @param document - fresh from JSON: its unknown keys are deleted
 */
export function parseKnown<T>(schema: z.ZodType<T>, document: unknown): z.ZodSafeParseResult<T> {
  for (;;) {
    const result = schema.safeParse(document)
    const issues = result.error?.issues ?? []
    const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys')
    if (unknown.length === 0 || unknown.length < issues.length) return result
    for (const { path, keys } of unknown) for (const key of keys) delete objectAt(document, path)[key]
  }
}

function objectAt(document: unknown, path: readonly PropertyKey[]): Record<PropertyKey, unknown> {
  let found = document
  for (const key of path) found = (found as Record<PropertyKey, unknown>)[key]
  return found as Record<PropertyKey, unknown>
}
