/** Implements the command `sync`: mirrors the images of a list in this process, prints a report and returns an exit status. */
import { createSession } from '../copy/session.ts'
import type { Counts, Run } from '../mirror/contract.ts'
import type { Report } from '../mirror/documents.ts'
import type { List } from '../mirror/list/config.ts'
import { pruneRulesOf } from '../mirror/list/time/prune.ts'
import { noticesOf } from '../mirror/plan/notices.ts'
import { identifiedEntries, planItems } from '../mirror/plan/plan.ts'
import { startTally } from '../mirror/report/report.ts'
import { plural } from '../mirror/units.ts'
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { boundMemory } from '../registry/memory.ts'
import { monotonicMs, systemClock } from '../registry/model/clock.ts'
import type { Registries } from '../registry/model/registry.ts'
import { readRunList } from './elsewhere/read.ts'
import { readList } from './read-list.ts'
import { registriesOf } from './registries/create.ts'
import { withLogins } from './registries/logins.ts'
import { ownAccount } from './registries/own-account.ts'
import { requireCredentials } from './registries/require-credentials.ts'
import { paintFor } from './run/paint.ts'
import { showProgress } from './run/show-progress.ts'
import { cacheFolder, openCache } from './sync/cache.ts'
import { chosenPairs } from './sync/chosen-pairs.ts'
import type { SyncOptions } from './sync/command.ts'
import { createNearbyReader } from './sync/nearby.ts'
import { createOutages } from './sync/outages.ts'
import { renderPage, requireFolder, writePage } from './sync/page.ts'
import { runImages } from './sync/run-images.ts'
import { renderSync } from './sync/text.ts'
import { trackPairs } from './sync/tracker.ts'
import { interruptedStatus, isInterruption, unlessAborted } from './terminal/interrupted.ts'
import { printJson, printLines } from './terminal/print.ts'
import { type Terminal, widthOf } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function sync(options: SyncOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const started = monotonicMs()
  const { report: file } = options
  if (file !== undefined) await requireFolder(file)
  const given = await unlessAborted(readList(options.list), signal)
  boundMemory()
  const registries = registriesOf(given)
  try {
    const account = await unlessAborted(ownAccount(given, registries), signal)
    const { list, unlisted } = await unlessAborted(readRunList(given, account), signal)
    await unlessAborted(requireCredentials(list, registries), signal)
    for (const problem of unlisted) terminal.stderr.write(`${problem}\n`)
    const run: Run = { name: runName(new Date()), dryRun: options.dryRun }
    const report = await perform(list, run, options, { registries, terminal, signal })
    const seconds = (monotonicMs() - started) / 1000
    const unwritten = file === undefined ? undefined : await writePage(file, renderPage(report, run, options))
    const people = options.json ? terminal.stderr : terminal.stdout
    const end = { report, seconds, options, page: unwritten === undefined ? file : undefined }
    printLines(people, renderSync(end, widthOf(people)))
    if (options.json) printJson(terminal.stdout, report)
    if (unwritten !== undefined) terminal.stderr.write(`${unwritten}\n`)
    const isIncomplete = unlisted.length > 0 || unwritten !== undefined
    if (!signal.aborted) return isIncomplete ? 1 : exitStatus(report.counts)
    const done = report.pairs.filter(({ error }) => !isInterruption(error)).length
    const sum = `${done} of ${plural(report.pairs.length, 'pair')} done`
    terminal.stderr.write(`Interrupted: ${sum}. Run the command again to continue.\n`)
    return interruptedStatus(signal) ?? 1
  } finally {
    await registries.close()
  }
}

interface Parts {
  readonly registries: Registries
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

async function perform(
  list: List,
  run: Run,
  { list: file, only, maxWaitMinutes, ...options }: SyncOptions,
  { registries, terminal: { stderr }, signal }: Parts,
): Promise<Report> {
  const items = planItems({
    list,
    file,
    account: await unlessAborted(ownAccount(list, registries), signal),
    only: only && chosenPairs(list, only),
  })
  const display = showProgress(stderr, paintFor(stderr))
  const tracker = trackPairs(items, (changed) => display.update(tracker, changed))
  try {
    const images = await runImages(items, {
      run,
      registries: withLogins(registries, openDockerConfig()),
      nearby: createNearbyReader(signal),
      session: createSession(),
      outages: createOutages(systemClock),
      cache: openCache(options.cache ? cacheFolder() : undefined),
      tracker,
      clock: systemClock,
      maxWaitMs: maxWaitMinutes * 60_000,
      signal,
    })
    const tally = startTally(run)
    for (const pairs of images) tally.add(pairs)
    const notices = noticesFor(list)
    const pairs = images.flat()
    return { run: run.name, counts: tally.counts(), pairs, ...(notices.length === 0 ? {} : { notices }) }
  } finally {
    display.end()
  }
}

/** Entries that have expired or will soon, and what `sync` does not do. */
function noticesFor(list: List): string[] {
  const entries = identifiedEntries(list)
  const prunes = entries.some(({ settings: { prune } }) => pruneRulesOf(prune) !== undefined)
  return [
    ...noticesOf(entries, new Date()).map(({ text }) => text),
    ...(prunes ? ['"sync" deletes no tags; the deployed mirror does what "prune" says.'] : []),
  ]
}

/** `sync-20261130T041500Z` */
function runName(now: Date): string {
  return `sync-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
}

/** 0 all in sync, 1 something failed or is deferred, 3 something to do. */
function exitStatus({ failed, deferred, stale = 0, missing = 0 }: Counts): number {
  if (failed + deferred > 0) return 1
  return stale + missing > 0 ? 3 : 0
}
