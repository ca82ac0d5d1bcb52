/** Selects the list of a run: the configured one, one from the input, or the one image of a push. */

import type { ListNotes } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { type ExecutionInput, executionInputSchema, onlySchema } from '../execution-input.ts'
import { checkEntriesOf } from '../list/check-list.ts'
import type { List } from '../list/config.ts'
import { parseWith } from '../list/document/parse-with.ts'
import { type Problem, refuse } from '../list/document/problems.ts'
import { fromValue, readText } from '../list/document/source-text.ts'
import { readEntries } from '../list/entry.ts'
import { customList, type Deployed, parseCustomList } from '../list/parse-list.ts'
import { isFromSeveral } from '../list/push.ts'
import type { WholeList } from './elsewhere.ts'
import type { Only } from './narrow.ts'
import type { Pushed } from './plan.ts'
import { type Push, pushList } from './push-list.ts'
import { rulesOfPush, winningPush } from './pushed.ts'
import { SETTLING_MINUTES, type Settled } from './settle-pushes.ts'

/** Name of the input in error messages. */
export const INPUT = "the execution's input"

/** Reads an object: `s3://bucket/key`. */
type FetchText = (url: string) => Promise<string>

/** Access to lists besides the deployed one. */
export interface ListAccess {
  readonly fetchText: FetchText
  /** The deployed list with its images from elsewhere. */
  readonly readWhole: () => Promise<WholeList>
}

export interface RunList {
  /** Undefined if there is nothing to do, as for a push that no other place needs. */
  readonly list: List | undefined
  /** Whether it differs from the configured list, so that a rerun needs a copy of it. */
  readonly custom: boolean
  /** Set for a push. */
  readonly pushed?: Pushed
  /** What was read in the places that the list names, if the run uses them. */
  readonly notes?: ListNotes
}

/** Records a push next to the earlier ones, and returns which of them wins. */
export type NotePush = (push: Push) => Promise<Settled>

/**
 * How often a content may come back within the settling time: a rollback, and one more. Two mirrors that copy different
 * pushes of one tag to each other would go on forever.
 */
const MAX_RETURNS = 2

/**
 * @throws InvalidInput for a push that the configuration does not cover, which is not recorded, and for one of a tag
 * that goes back and forth
 */
export async function listOfPush(push: Push, deployed: Deployed, note: NotePush): Promise<RunList> {
  const list = pushList(push, deployed, INPUT)
  // An artifact is only ever added, so its pushes never conflict.
  if (push.tag === '') return { list, custom: true, pushed: { ifMoved: 'skip', isArtifact: true } }
  const settled = await note(push)
  if (!isFromSeveral(deployed.list)) {
    if (settled.returns > MAX_RETURNS) refuse(INPUT, [backAndForth(push, settled)])
    return { list, custom: true, pushed: { ifMoved: 'skip' } }
  }
  if (settled.arrived) return { list: undefined, custom: true }
  const winner = pushList(winningPush(push, settled), deployed, INPUT, settled.several)
  const entries = winner?.images.flatMap((image) => readEntries(image, winner)) ?? []
  const targets = entries.flatMap((entry) => entry.targets.map(({ id }) => id))
  return { list: winner, custom: true, pushed: rulesOfPush(push, settled, targets) }
}

function backAndForth({ region, repository, tag, digest }: Push, { returns }: Settled): Problem {
  const what = `push.tag: ${repository}:${tag} in ${region} has come back to ${digest} ${returns} times within ${SETTLING_MINUTES} minutes, so it is no longer copied`
  const fix =
    'another mirror seems to copy it back; copy the pushes of both regions with one mirror ("push.from"), and push the right image again'
  return { path: ['push', 'tag'], text: `${what}; ${fix}` }
}

/** @throws InvalidInput with every problem */
export function parseInput(input: unknown): ExecutionInput {
  return parseWith(fromValue(input, INPUT), executionInputSchema, {
    whole: oneTrigger,
    parts: (value) => checkEntriesOf(value),
  })
}

/** @throws InvalidInput with every problem */
export async function listOfRun(
  { images, imagesFrom }: ExecutionInput,
  deployed: Deployed,
  { fetchText, readWhole }: ListAccess,
): Promise<RunList> {
  if (images === undefined && imagesFrom === undefined) return { ...(await readWhole()), custom: false }
  const bounds = { ...deployed, whole: await wholeOrOwn(deployed, readWhole) }
  if (images !== undefined) return { list: customList(images, INPUT, bounds), custom: true }
  const from = imagesFrom ?? ''
  return { list: parseCustomList(await fetchText(from), from, bounds), custom: true }
}

/** A broken list elsewhere fails its own runs, and not those with a list of their own. */
async function wholeOrOwn({ list }: Deployed, readWhole: ListAccess['readWhole']): Promise<List> {
  try {
    return (await readWhole()).list
  } catch (error) {
    if (error instanceof Error && error.name === ErrorName.InvalidInput) return list
    throw error
  }
}

/** Reads the pairs that a run is restricted to: inline, or from S3, where the Report of the failed run wrote them. */
export async function pairsOfRun({ only }: ExecutionInput, fetchText: FetchText): Promise<Only | undefined> {
  return typeof only === 'string' ? parseWith(readText(await fetchText(only), only), onlySchema) : only
}

function oneTrigger(input: ExecutionInput): Problem[] {
  const given = (['push', 'schedule', 'images', 'imagesFrom'] as const).filter(
    (key) => input[key] !== undefined,
  )
  const [first, ...others] = given
  return others.map((key) => ({
    path: [key],
    text: `"${key}" and "${first}" exclude each other; remove one of them`,
  }))
}
