/** Makes the input of an execution from what the user gives. */
import type { ExecutionInput } from '../../../mirror/execution-input.ts'
import { checkEntriesOf } from '../../../mirror/list/check-list.ts'
import { placed } from '../../../mirror/list/document/parse-with.ts'
import { type Path, refuse } from '../../../mirror/list/document/problems.ts'
import { readText as parseText } from '../../../mirror/list/document/source-text.ts'
import { parseInput } from '../../../mirror/plan/run-list.ts'
import { UsageError } from '../../program/usage-error.ts'
import { readListText } from '../../read-list.ts'
import type { StartOptions } from './command.ts'

/** A list that is too long for an input, or has more than images, is stored in the work bucket. */
export interface StartInput {
  readonly input: ExecutionInput
  /** The text of a list to store, to which `imagesFrom` is to refer. */
  readonly stored?: string
}

/** Step Functions accepts 256 KiB; the rest is for the other keys. */
const MAX_INLINE = 200 * 1024

/** @throws UsageError or InvalidInput before any request is sent */
export async function startInput({ images, list, only, regions, dryRun }: StartOptions): Promise<StartInput> {
  const narrowed = {
    ...(regions === undefined ? {} : { regions }),
    ...(only === undefined ? {} : { only }),
    ...(dryRun ? { dryRun } : {}),
  }
  if (list === undefined) {
    refuseInvalid(images, () => undefined, 'the command line')
    return { input: parseInput({ ...(images.length === 0 ? {} : { images }), ...narrowed }) }
  }
  if (images.length > 0) throw new UsageError('images and --list exclude each other; give one of them')
  const text = await readListText(list, { flag: '--list' })
  const { file, value, lineOf } = parseText(text, list === '-' ? 'standard input' : list)
  const inline = imagesIn(value)
  if (inline !== undefined)
    refuseInvalid(inline, (path) => lineOf(Array.isArray(value) ? path.slice(1) : path), file)
  if (inline === undefined || JSON.stringify(inline).length > MAX_INLINE)
    return { input: parseInput(narrowed), stored: text }
  return { input: parseInput({ images: inline, ...narrowed }) }
}

/** Refuses here what the run would refuse with an alert. */
function refuseInvalid(images: readonly unknown[], lineOf: (path: Path) => number | undefined, file: string) {
  const problems = checkEntriesOf({ images })
  if (problems.length > 0) refuse(file, placed(problems, lineOf))
}

/** The images of a list that has nothing else; undefined for any other. */
function imagesIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return undefined
  const { images, ...others } = value as Readonly<Record<string, unknown>>
  return Array.isArray(images) && Object.keys(others).length === 0 ? images : undefined
}
