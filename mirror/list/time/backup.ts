/** `backup`: the name under which a target keeps the image of a tag that is about to be overwritten. */
import * as z from 'zod'
import { isTag } from '../../../registry/model/reference.ts'
import { type Path, type Problem, problemsAt } from '../document/problems.ts'

const nameSchema = z.string().min(1).max(128)

export const backupSchema = z
  .union([
    nameSchema,
    z
      .strictObject({
        name: nameSchema.describe('The name, with `{date}` and `{tag}`: `before-{date}-{tag}`.'),
        keep: z
          .int()
          .min(1)
          .max(500)
          .optional()
          .describe('Number of backups of each tag to keep; older ones are deleted. Default: all.'),
      })
      .meta({ id: 'Backup' }),
  ])
  .optional()
  .describe(
    'The name that the old image of a tag gets at a target before the tag is overwritten: `before-{date}-{tag}`, with the date in UTC, or with how many to keep. Default: the old image loses its tag.',
  )

export interface Backup {
  readonly name: string
  readonly keep?: number | undefined
}

export function backupOf(given: z.infer<typeof backupSchema>): Backup | undefined {
  return typeof given === 'string' ? { name: given } : given
}

/** @param attempt - counts from 1: a tag may be overwritten several times a day */
export function backupName(name: string, tag: string, now: Date, attempt = 1): string {
  const dated = name.replaceAll('{date}', now.toISOString().slice(0, 10)).replaceAll('{tag}', tag)
  return attempt === 1 ? dated : `${dated}-${attempt}`
}

/** @param tags - those that the entry names */
export function checkBackup(
  given: z.infer<typeof backupSchema>,
  path: Path,
  tags: readonly string[] = [],
): Problem[] {
  const backup = backupOf(given)
  if (backup === undefined) return []
  return problemsAt(typeof given === 'string' ? path : [...path, 'name'], problemOf(backup.name, tags))
}

function problemOf(name: string, tags: readonly string[]): string | undefined {
  const missing = ['{date}', '{tag}'].find((part) => !name.includes(part))
  if (missing !== undefined) {
    return `"${name}" has no ${missing}, so that one backup would replace another; write it as "before-{date}-{tag}"`
  }
  const made = backupName(name, 't', new Date(0))
  if (!isTag(made)) {
    return `"${name}" gives "${made}", which is no tag: 1 to 128 of A-Z a-z 0-9 _ . -, not starting with . or -`
  }
  const long = tags.find((tag) => isTag(tag) && !isTag(backupName(name, tag, new Date(0))))
  return long === undefined
    ? undefined
    : `"${name}" is too long for the tag "${long}": a tag has at most 128 characters`
}
