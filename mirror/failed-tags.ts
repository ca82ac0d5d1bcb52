/** Records tags that fail individually, and summarizes several in one error. */
import type { FailedTag } from './documents.ts'
import { describeFailure, shortened } from './failure.ts'
import { listed } from './words.ts'

/** Fits into an alert, and into the variable that carries a build's outcome. */
const MAX_MESSAGE = 1_000
/** Bound of each reason when several tags failed. */
const MAX_REASON = 300
/** Width of the list of tags that share a reason. */
const MAX_NAMES = 200

/** Records the error of a tag, or of a digest without a tag. */
export function failedTag(of: Pick<FailedTag, 'tag' | 'digest'>, error: unknown): FailedTag {
  const { name, message } = describeFailure(error)
  return { ...keysOf(of), name, message: shortened(message, MAX_MESSAGE) }
}

function keysOf({ tag, digest }: Pick<FailedTag, 'tag' | 'digest'>): Pick<FailedTag, 'tag' | 'digest'> {
  return { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

/**
 * Summarizes all in one error: the name of the first, and as many tags with their reasons as fit.
 * @param of - number of all tags of the image
 * @param word - their outcome
 */
export function describeFailedTags(
  failed: readonly FailedTag[],
  of: number,
  word: 'failed' | 'deferred' = 'failed',
): { name: string; message: string } {
  const [first] = failed
  const name = first?.name ?? 'Error'
  if (of <= 1 && failed.length === 1) return { name, message: first?.message ?? '' }
  const groups = [...Map.groupBy(failed, ({ message }) => message)]
  let text = `${failed.length} of ${Math.max(of, failed.length)} tags ${word}: `
  let described = 0
  for (const [message, group] of groups) {
    const one = `${described === 0 ? '' : '; '}${namesOf(group)}: ${shortened(message, MAX_REASON)}`
    if (described > 0 && text.length + one.length > MAX_MESSAGE - '; and 10000 more'.length) break
    text += one
    described += group.length
  }
  const left = failed.length - described
  return { name, message: shortened(left === 0 ? text : `${text}; and ${left} more`, MAX_MESSAGE) }
}

function namesOf(group: readonly FailedTag[]): string {
  const names = group.map(({ tag, digest }) => tag ?? digest ?? 'a digest')
  return listed(names, MAX_NAMES)
}
