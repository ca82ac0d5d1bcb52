/** What is said when a run is over: its table, what failed in plain words, and what to type next. */
import type { LocalRun } from '../../local/run.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { bytesText, plural } from '../words.ts'
import { renderTable } from './table.ts'

export function renderOutcome({ document, ended }: LocalRun, seconds: number): string[] {
  const { counts, pairs } = document
  const moved = pairs.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    ...renderTable(pairs),
    ...(pairs.length > 0 ? [''] : []),
    `${ended.status}  ${countsText(counts)}; ${bytesText(moved)} moved in ${seconds.toFixed(1)} s`,
    ...renderFailures(document),
    ...(ended.status === 'SUCCEEDED' || document.alert || counts.failed > 0
      ? []
      : [`${ended.error ?? ended.status}: ${ended.cause ?? 'no cause was given'}`]),
    ...(document.alert
      ? ['', `Alert sent: ${document.alert.subject}`.trimEnd(), ...indented(alertText(document))]
      : []),
  ]
}

/** `5 images, 15 pairs: 14 synced, 1 failed` */
export function countsText(counts: RunDocument['counts']): string {
  const parts = (['synced', 'inSync', 'stale', 'deferred', 'failed'] as const)
    .map((key) => [counts[key] ?? 0, key === 'inSync' ? 'in sync' : key] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
  const what = `${plural(counts.images, 'image')}, ${plural(counts.pairs, 'pair')}`
  return `${what}: ${parts.join(', ') || 'nothing to do'}`
}

function renderFailures({ pairs }: RunDocument): string[] {
  const failed = pairs.filter(({ error }) => error)
  return failed.flatMap(({ image, region, outcome, error }) => [
    '',
    `${image} -> ${region}: ${outcome}, ${error?.name}`,
    `  ${error?.message}`,
    ...(error?.log ? [`  log: ${error.log}`] : []),
  ])
}

/** With failed pairs, the alert repeats what was just said. */
function alertText({ alert, counts }: RunDocument): string {
  return counts.failed > 0 ? '' : (alert?.message ?? '')
}

function indented(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`)
}

export interface Next {
  readonly sample: boolean
  readonly serve: boolean
  readonly state: string
  readonly logDir: string
  /** How to push, where pushes start runs. */
  readonly pushes?: readonly string[]
}

export function renderNext(
  document: RunDocument,
  { sample, serve, state, logDir, pushes = [] }: Next,
): string[] {
  const { regions } = document
  return [
    '',
    ...(serve ? ['The registries are up until Ctrl-C, and let anyone pull:', ...addresses(regions), ''] : []),
    'What to type next',
    ...(serve
      ? [...pullCommands(document), ...pushes]
      : ['  pull an image:  npm start -- --serve     keeps the registries up and prints their addresses']),
    ...(sample ? ['  real images:    npm start -- --list mirror.yaml --regions us-east-1,eu-west-1'] : []),
    '  deploy it:      npx cdk deploy',
    '',
    `What the registries hold is kept in ${state}, logs are in ${logDir}.`,
  ]
}

/** With an image that is really there. Docker needs no flag: it takes plain HTTP from loopback addresses. */
function pullCommands({ pairs, regions }: RunDocument): string[] {
  const held = pairs.find(({ outcome, tags }) => ['synced', 'inSync'].includes(outcome) && tags[0]?.tag)
  if (!held) return []
  const image = `${regions[held.region]}/${held.repository}:${held.tags[0]?.tag}`
  return [
    `  pull an image:  skopeo copy --src-tls-verify=false docker://${image} oci:here`,
    `                  podman pull --tls-verify=false ${image}`,
    `                  docker pull ${image}`,
  ]
}

function addresses(regions: Readonly<Record<string, string>>): string[] {
  const width = Math.max(...Object.keys(regions).map((region) => region.length))
  return Object.entries(regions).map(([region, address]) => `  ${region.padEnd(width)}  ${address}`)
}
