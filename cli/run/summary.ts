/** Renders the summary of a run: its table, failures, warnings and next steps. */
import type { LocalRun } from '../../local/run.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { timeText } from '../../mirror/page/times.ts'
import { problemsOfList } from '../../mirror/report/list-problems.ts'
import { bytesText, countText, durationText, plural } from '../../mirror/units.ts'
import { wrap } from '../terminal/words.ts'
import { renderFailures } from './failures.ts'
import { renderRemarks } from './remarks.ts'
import { renderTable } from './table.ts'
import { renderWarnings } from './warnings.ts'

/**
 * @param width - of the screen
 * @param nextAlert - when the next alert about failures that were reported before is due
 */
export function renderOutcome(
  { document, ended }: Pick<LocalRun, 'document' | 'ended'>,
  seconds: number,
  width = Number.POSITIVE_INFINITY,
  nextAlert?: Date,
): string[] {
  const { counts, pairs, alert } = document
  const listProblems = problemsOfList(document.list)
  const moved = pairs.reduce((sum, { bytes }) => sum + bytes, 0)
  const failed = ended.status !== 'SUCCEEDED'
  // Then nothing else says why: the lines above have what an alert says of pairs.
  const showsMessage = alert !== undefined && failed && counts.failed === 0
  return [
    ...renderTable(pairs, width),
    ...(pairs.length > 0 ? [''] : []),
    ...wrap(
      `${ended.status}  ${countsText(counts, failed)}; ${workText(counts, moved)} in ${durationText(seconds)}`,
      width,
    ),
    ...renderFailures(pairs, width),
    ...(showsMessage ? [] : listProblems.flatMap((text) => ['', ...wrap(text, width)])),
    ...renderWarnings(pairs, width),
    ...renderRemarks(document, width),
    ...(!failed || alert || counts.failed > 0
      ? []
      : wrap(`${ended.error ?? ended.status}: ${ended.cause ?? 'no cause reported'}`, width)),
    ...(alert ? ['', ...wrap(`Alert sent: ${alert.subject}`.trimEnd(), width)] : []),
    ...(alert === undefined && counts.failed > 0 ? ['', ...wrap(withheld(counts, nextAlert), width)] : []),
    ...(showsMessage ? wrap(alert.message, width, '  ') : []),
  ]
}

function withheld(counts: RunDocument['counts'], next: Date | undefined): string {
  if (isDry(counts)) return 'No alert sent: a dry run sends none.'
  const due =
    next === undefined ? '' : `; the next one is due at ${timeText(next.toISOString())} (alerts.repeat)`
  return `No alert sent: these failures were reported before${due}.`
}

/** `5 images, 15 pairs: 14 synced, 1 failed` */
export function countsText(
  counts: RunDocument['counts'] & { readonly interrupted?: number },
  failed = false,
): string {
  const parts = (['synced', 'inSync', 'stale', 'missing', 'deferred', 'failed', 'interrupted'] as const)
    .map((key) => [counts[key] ?? 0, key === 'inSync' ? 'in sync' : key] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${countText(count)} ${word}`)
  const what = `${plural(counts.images, 'image')}, ${plural(counts.pairs, 'pair')}`
  return `${what}: ${parts.join(', ') || (failed ? 'nothing was mirrored' : 'nothing to do')}`
}

/** `2.3 MB moved`, or `compared` for a dry run. */
export function workText(counts: RunDocument['counts'], bytes: number): string {
  return isDry(counts) ? 'compared' : `${bytesText(bytes)} moved`
}

/** Only the counts of a dry run have `stale`. */
function isDry({ stale }: RunDocument['counts']): boolean {
  return stale !== undefined
}

export interface Next {
  readonly serve: boolean
  readonly state: string
  readonly logDir: string
  /** The file of the report's page, if it was written. */
  readonly page?: string
  /** The file of the alert, if the run sent one. */
  readonly alert?: string
  /** The state of the mirror: a file, or the address where it is served. */
  readonly status?: string
  /** Whether the run failed. */
  readonly failed: boolean
  /** The command that keeps the registries running. */
  readonly again: string
  /** The command that copies what a dry run found. */
  readonly copy?: string
  /** The command that mirrors from the real registries, after a run with samples. */
  readonly real?: string
  /** The command that deploys the list. */
  readonly deploy: string
  /** The command that reruns the failed pairs, if any. */
  readonly rerun?: string
  /** Commands that push an image, if pushes start runs. */
  readonly pushes?: readonly string[]
}

export function renderNext(
  document: RunDocument,
  { serve, state, logDir, page, alert, status, failed, again, copy, real, deploy, rerun, pushes = [] }: Next,
): string[] {
  const serving = serve
    ? [
        '',
        'The registries run until Ctrl-C. Any user of this machine can pull:',
        ...addresses(document.regions),
      ]
    : []
  const after = failed
    ? [...(rerun === undefined ? [] : ['  rerun the failed pairs:', `    ${rerun}`])]
    : [
        ...(copy === undefined ? [] : [`  mirror it:      ${copy}`]),
        ...(serve || copy !== undefined || pullable(document) === undefined
          ? []
          : [`  pull an image:  ${again}`]),
        ...(real === undefined ? [] : [`  real images:    ${real}`]),
        `  deploy it:      ${deploy}`,
      ]
  const next = [...(serve ? [...pullCommands(document), ...pushes] : []), ...after]
  return [
    ...serving,
    ...(next.length > 0 ? ['', 'Next steps', ...next] : []),
    '',
    ...(alert === undefined ? [] : [`Alert:      ${alert} (as a deployed mirror sends it)`]),
    ...(page === undefined ? [] : [`Report:     ${page}`]),
    ...(status === undefined ? [] : [`Status:     ${status}`]),
    `Logs:       ${logDir}`,
    `Registries: ${state} (kept for the next run)`,
  ]
}

/** Returns pull commands for a mirrored image. Docker needs no flag for plain HTTP on loopback addresses. */
function pullCommands(document: RunDocument): string[] {
  const image = pullable(document)
  if (image === undefined) return []
  return [
    `  pull an image:  skopeo copy --src-tls-verify=false docker://${image} oci:here`,
    `                  podman pull --tls-verify=false ${image}`,
    `                  docker pull ${image}`,
  ]
}

/** An image that a registry of the run holds. Other targets are not the run's. */
export function pullable({ pairs, regions }: Pick<RunDocument, 'pairs' | 'regions'>): string | undefined {
  const [image] = pairs.flatMap(({ outcome, target, repository, tags: [first] }) => {
    const isHeld = (outcome === 'synced' || outcome === 'inSync') && first?.tag !== undefined
    return isHeld && regions[target] !== undefined ? [`${regions[target]}/${repository}:${first.tag}`] : []
  })
  return image
}

function addresses(regions: Readonly<Record<string, string>>): string[] {
  const width = Math.max(...Object.keys(regions).map((region) => region.length))
  return Object.entries(regions).map(([region, address]) => `  ${region.padEnd(width)}  ${address}`)
}
