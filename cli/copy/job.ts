/** Runs a `copy` command: opens the repositories, resolves the source, copies or compares, and returns a report. */

import { copyJob, type JobEnd, type JobTarget } from '../../copy/job.ts'
import { describeFailure } from '../../mirror/failure.ts'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import { onAbort } from '../../registry/model/aborting.ts'
import { type Clock, monotonicMs, systemClock } from '../../registry/model/clock.ts'
import { formatReference, type ImageRef } from '../../registry/model/reference.ts'
import type { Registries, Repository, Traffic } from '../../registry/model/registry.ts'
import { openRepository } from '../registries/open.ts'
import { interruption, unlessAborted } from '../terminal/interrupted.ts'
import type { CopyOptions } from './command.ts'
import { compare } from './dry-run.ts'
import type { CopyProgress } from './progress.ts'
import { indexReader, sharingReads } from './read-index.ts'
import { compared, failed, reportOf } from './report.ts'
import { resolveSource, type Wanted } from './resolve.ts'
import type { CopyDocument, TargetReport } from './schema.ts'
import { type Open, type Opened, openTargets } from './targets.ts'

export interface JobParts {
  readonly registries: Pick<Registries, 'open'>
  readonly config: DockerConfig
  readonly progress: CopyProgress
  readonly signal: AbortSignal
  /** @default - the system clock */
  readonly clock?: Clock
}

const NOTHING: Traffic = { requests: 0, countedPulls: 0, bytesIn: 0, bytesOut: 0, throttled: 0 }

export async function runJob(options: CopyOptions, parts: JobParts): Promise<CopyDocument> {
  const over = new AbortController()
  const interrupt = (): void => over.abort(interruption())
  if (parts.signal.aborted) interrupt()
  const leave = onAbort(parts.signal, interrupt)
  try {
    return await perform(options, { ...parts, signal: over.signal })
  } finally {
    leave()
    // Aborts pending requests whose responses are not needed; they would delay the exit.
    over.abort()
  }
}

async function perform(options: CopyOptions, parts: JobParts): Promise<CopyDocument> {
  const started = monotonicMs()
  let source: Repository | undefined
  const document = (targets: TargetReport[]) => ({
    source: formatReference(options.source),
    dryRun: options.dryRun,
    seconds: (monotonicMs() - started) / 1000,
    requests: source?.traffic() ?? NOTHING,
    targets,
  })
  // Targets open while the source is resolved.
  const opening = openTargets(options.targets, { ...parts, create: options.create && !options.dryRun })
  try {
    source = sharingReads(
      await unlessAborted(openRepository(options.source, parts.registries, parts.config), parts.signal),
    )
    const readIndex = indexReader(source, opening, { copies: !options.dryRun, signal: parts.signal })
    const wanted = await resolveSource(source, options.source, { ...options, readIndex }, parts.signal)
    const { prompt, late } = await opening
    const first = await deliver(prompt, wanted, [wanted.source], options, parts)
    const nearby = prompt.filter(isOpen).map(({ repository }) => repository)
    const rest = await deliver(await Promise.all(late), wanted, [...nearby, wanted.source], options, parts)
    const { warning } = await wanted.artifacts.catch(() => ({ warning: undefined }))
    const reports = inOrder(options.targets, [...first, ...rest]).map((report) =>
      withWarning(report, warning),
    )
    return { ...document(reports), ...(warning === undefined ? {} : { warning }) }
  } catch (error) {
    const cause = parts.signal.aborted ? parts.signal.reason : error
    const { name, message } = describeFailure(cause)
    const reports = options.targets.map((target) => failed(target, cause))
    return { ...document(reports), error: { name, message } }
  }
}

/** Copies to the open targets, or compares them, and reports the others as failed. */
async function deliver(
  targets: readonly Opened[],
  wanted: Wanted,
  from: readonly Repository[],
  { dryRun }: CopyOptions,
  { progress, signal, clock = systemClock }: JobParts,
): Promise<TargetReport[]> {
  const open = targets.filter(isOpen)
  const broken = targets.flatMap((target) => ('error' in target ? [failed(target.ref, target.error)] : []))
  if (dryRun) return [...broken, ...(await Promise.all(open.map((target) => look(target, wanted, signal))))]
  const artifacts = wanted.artifacts.then(({ found }) => found)
  const targetOf = ({ ref, repository, held }: Open): JobTarget => ({
    open: async () => repository,
    tag: ref.tag,
    held,
    meter: progress.add(formatReference(ref), () => repository.traffic().bytesOut),
  })
  const ends = await copyJob(from, open.map(targetOf), { ...wanted, artifacts }, { signal, clock })
  return [...broken, ...open.map(({ ref }, index) => reportOf(ref, (ends[index] as JobEnd).result))]
}

async function look(target: Open, wanted: Wanted, signal: AbortSignal): Promise<TargetReport> {
  try {
    return compared(target.ref, await compare(wanted, target, signal))
  } catch (error) {
    return failed(target.ref, error)
  }
}

function isOpen(target: Opened): target is Open {
  return 'repository' in target
}

/** Adds a warning of the source to each target that did not fail. */
function withWarning(report: TargetReport, warning: string | undefined): TargetReport {
  if (warning === undefined || report.outcome === 'failed') return report
  return { ...report, warnings: [...report.warnings, warning] }
}

/** Returns the reports in the order of the command line. */
function inOrder(refs: readonly ImageRef[], reports: readonly TargetReport[]): TargetReport[] {
  const places = refs.map(formatReference)
  return [...reports].sort((one, other) => places.indexOf(one.target) - places.indexOf(other.target))
}
