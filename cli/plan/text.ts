/** Renders a plan for people. */

import { describeFailedTags } from '../../mirror/failed-tags.ts'
import { describeStage, type SelectionCounts } from '../../mirror/resolve/select/stages.ts'
import { bytesText, countText, plural } from '../../mirror/units.ts'
import { fewOf } from '../terminal/words.ts'
import type { ImagePlan, PlanDocument, PlannedTag, TargetPlan } from './schema.ts'

/** Width of a list of tags within a sentence. */
const TAGS_WIDTH = 60

export function renderPlan({ images, counts, requests, notices = [] }: PlanDocument): string[] {
  const { images: all, pairs, inSync, stale, missing, failed, failedTags, bytes, repositories } = counts
  const toSync = stale + missing
  const outcomes = [
    ...(inSync > 0 ? [`${countText(inSync)} in sync`] : []),
    ...(toSync > 0 ? [`${countText(toSync)} to sync (${bytesText(bytes)})`] : []),
    ...(failed > 0 ? [`${countText(failed)} failed`] : []),
  ]
  const created =
    repositories === 0 ? '' : ` ${plural(repositories, 'repository', 'repositories')} to create.`
  const lost = failedTags === 0 ? '' : ` ${plural(failedTags, 'tag')} failed.`
  const summary = `${plural(all, 'image')}, ${plural(pairs, 'pair')}: ${outcomes.join(', ') || 'nothing to do'}.${lost}${created}`
  const sources = `Sources: ${plural(requests.requests, 'request')}, ${plural(requests.countedPulls, 'counted pull')}.`
  return [...images.flatMap((image) => [...renderImage(image), '']), ...notices, summary, sources]
}

function renderImage(image: ImagePlan): string[] {
  const { image: source, repository, failed, error, warnings } = image
  const lines = [
    ...(error === undefined ? selectedLines(image) : [`failed: ${error.name}: ${error.message}`]),
    ...failed.map(({ tag, digest, name, message }) => `${tag ?? digest} failed: ${name}: ${message}`),
    ...warnings.map((warning) => `warning: ${warning}`),
    // Without a tag there is nothing to compare.
    ...(error === undefined && image.tags.length > 0 ? targetLines(image) : []),
  ]
  const heading = repository === undefined ? source : `${source} -> ${repository}`
  return [heading, ...lines.map((line) => `  ${line}`)]
}

function selectedLines({ selection, tags, artifacts }: ImagePlan): string[] {
  const withArtifacts = artifacts === 0 ? '' : `; ${plural(artifacts, 'artifact')}`
  const names = tags.length === 0 ? '' : `: ${namesOf(tags)}${withArtifacts}`
  if (selection !== undefined) return selectionLines(selection, names)
  return tags.length === 0 ? [] : [`${plural(tags.length, 'tag')}${names}`]
}

/** The dropped and the selected tags add up to those that the source lists. */
export function selectionLines({ listed, stages, selected }: SelectionCounts, names = ''): string[] {
  return [
    `${plural(listed, 'tag')} at the source`,
    ...stages.map((stage) => `  ${describeStage(stage)}`),
    `  ${countText(selected)} ${selected === 1 ? 'is' : 'are'} selected${names}`,
  ]
}

const OTHERS_IN_SYNC = 'the other tags are in sync'

/** Targets with the same text share a line: most images are in sync everywhere. */
function targetLines({ repository: shared, targets, tags, failed }: ImagePlan): string[] {
  // The lines above have the tags that failed.
  const known =
    failed.length === 0 ? undefined : describeFailedTags(failed, tags.length + failed.length).message
  const describe = (plan: TargetPlan): string => {
    const state = plan.error?.message === known && known !== undefined ? OTHERS_IN_SYNC : describeTarget(plan)
    return `${shared === undefined ? ` -> ${plan.repository}` : ''}: ${state}`
  }
  const groups = Map.groupBy(targets, describe)
  return [...groups].map(([text, of]) => `${of.map(({ target }) => target).join(', ')}${text}`)
}

function describeTarget(plan: TargetPlan): string {
  const { status, createsRepository, settings, tags, artifacts, bytes, error } = plan
  if (error !== undefined) return `failed: ${error.name}: ${error.message.replaceAll('\n', ' ')}`
  if (status === 'inSync') return 'in sync'
  const added = tags.filter(({ from }) => from === undefined)
  const moved = tags.filter(({ from }) => from !== undefined)
  const parts = [
    ...(added.length === 0 ? [] : [`${plural(added.length, 'new tag')}: ${namesOf(added)}`]),
    ...(moved.length === 0 ? [] : [`${plural(moved.length, 'changed tag')}: ${namesOf(moved)}`]),
    ...(artifacts.length === 0 ? [] : [plural(artifacts.length, 'artifact')]),
    ...(bytes === undefined ? [] : [bytesText(bytes)]),
    ...(createsRepository ? [`creates the repository${settings === undefined ? '' : ` (${settings})`}`] : []),
  ]
  return `to sync, ${parts.join('; ')}`
}

function namesOf(tags: readonly PlannedTag[]): string {
  return fewOf(
    tags.map(({ tag, digest }) => tag ?? digest.slice(0, 19)),
    TAGS_WIDTH,
  )
}
