/** Implements the command `run`: runs the workflow on this machine, prints a table and returns an exit status. */

import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isObject, type Json } from '../local/json.ts'
import type { LocalRun } from '../local/run.ts'
import { emptyStateFolder, openStateFolder } from '../local/state/state-folder.ts'
import { lockState } from '../local/state/state-lock.ts'
import { ErrorName } from '../mirror/error-name.ts'
import type { List } from '../mirror/list/config.ts'
import type { Status } from '../mirror/status/schema.ts'
import { readList } from './read-list.ts'
import type { RunOptions } from './run/command.ts'
import { checkNames, readInput } from './run/input.ts'
import { readStatus, statusIn } from './run/kept-status.ts'
import { nextAlert } from './run/next-alert.ts'
import { OWN_LIST, openingLines } from './run/opening.ts'
import { renderLocalPage } from './run/page.ts'
import { paintFor } from './run/paint.ts'
import { pushCommands, renderStarted } from './run/pushes.ts'
import {
  againCommand,
  copyCommand,
  deployCommand,
  realCommand,
  rerunCommand,
  rerunFile,
  rerunInput,
} from './run/rerun.ts'
import { serveStatus } from './run/serve-status.ts'
import { showProgress } from './run/show-progress.ts'
import { renderNext, renderOutcome } from './run/summary.ts'
import { asTyped } from './run/typed.ts'
import { Interrupted, interruptedStatus } from './terminal/interrupted.ts'
import { printJson, printLines } from './terminal/print.ts'
import { type Terminal, widthOf } from './terminal/terminal.ts'

const PROJECT_ROOT = join(import.meta.dirname, '..')

/** Returns the exit status. */
export async function run(options: RunOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { regions } = options
  const list = await (options.list === undefined
    ? readList(join(PROJECT_ROOT, OWN_LIST), { name: OWN_LIST, regions })
    : readList(options.list, { regions, flag: '--list' }))
  const input = withFlags(await readInput(options.input), options)
  checkNames(input, list, options)
  await openStateFolder(options.state)
  const unlock = await lockState(options.state)
  try {
    if (options.fresh) await emptyStateFolder(options.state)
    return await runOn(list, input, options, terminal, signal)
  } finally {
    await unlock()
  }
}

/** Flags come before the same keys of the input. */
function withFlags(input: Json, { targets, dryRun }: Pick<RunOptions, 'targets' | 'dryRun'>): Json {
  if (!isObject(input)) return input
  return { ...input, ...(targets && { targets: [...targets] }), ...(dryRun && { dryRun }) }
}

async function runOn(list: List, input: Json, options: RunOptions, terminal: Terminal, signal: AbortSignal) {
  // Imported late, because loading the AWS SDK takes a second and input errors should appear before that.
  const [{ startSample }, { mirrorOf, runLocally }] = await Promise.all([
    import('../local/sample.ts'),
    import('../local/run.ts'),
  ])
  const sample =
    options.list === undefined ? await startSample(list, resolve(options.state, 'upstream')) : undefined
  const display = showProgress(terminal.stderr, paintFor(terminal.stderr))
  const live = options.serve
    ? await serveStatus({ readStatus: () => statusIn(options.state), mirror: mirrorOf(list) })
    : undefined
  const before = await readStatus(options.state)
  printLines(terminal.stderr, openingLines(list, input, options, widthOf(terminal.stderr)))
  if (live !== undefined) printLines(terminal.stderr, [`Status: ${live.url} updates itself`])
  try {
    const started = performance.now()
    const done = await runLocally({
      list,
      input,
      stateDir: options.state,
      clock: options.clock,
      anonymousPull: options.serve,
      environment: { ...redirections(process.env), ...sample?.environment },
      signal,
      onStep: display.step,
      onProgress(progress, changed) {
        display.update(progress, changed)
        live?.update(progress)
      },
      onEnded: (run) => terminal.stderr.write(`${renderStarted(run)}\n`),
    })
    try {
      display.end()
      live?.end()
      const rerun = await writeRerun(input, done, options)
      await writePage(done, { input, rerun, before }, options)
      const seconds = (performance.now() - started) / 1000
      const next = await nextAlertOf(done, list, options)
      print(done, list, seconds, options, terminal, { rerun, live: live?.url, next })
      if (options.serve && !signal.aborted) {
        await once(signal, 'abort')
        terminal.stderr.write('Stopped. The state is kept, and the next run continues from there.\n')
      }
      return exitStatus(done)
    } finally {
      await done.close()
    }
  } catch (error) {
    display.end()
    const status = interruptedStatus(signal)
    if (status === undefined) throw error
    throw new Interrupted(status, 'Synced images are kept, and the next run continues from there.')
  } finally {
    await live?.close()
    await sample?.close()
  }
}

/** Returns the command that reruns the failed pairs, or undefined if none failed. */
async function writeRerun(input: Json, { document }: LocalRun, options: RunOptions) {
  const path = rerunFile(options.state)
  const rerun = rerunInput(input, document)
  if (rerun === undefined) {
    await rm(path, { force: true })
    return undefined
  }
  await writeFile(path, `${JSON.stringify(rerun)}\n`)
  return rerunCommand(options)
}

/** Writes the report over that of the deployed mirror, whose links and commands need AWS. */
async function writePage(
  { page, document }: LocalRun,
  {
    input,
    rerun,
    before,
  }: { readonly input: Json; readonly rerun: string | undefined; readonly before: Status | undefined },
  options: RunOptions,
): Promise<void> {
  if (page === undefined) return
  const report = {
    dryRun: isObject(input) && input.dryRun === true,
    rerun: rerun ?? againCommand(options, []),
    file: asTyped(join(options.state, 'runs', `${document.run}.json`)),
    before,
    now: new Date(),
  }
  await writeFile(page, renderLocalPage(document, report))
}

/** @returns when an alert is due that this run did not send, if it is known */
async function nextAlertOf({ document }: LocalRun, list: List, options: RunOptions) {
  if (document.alert !== undefined || document.counts.failed === 0) return undefined
  const status = await readStatus(options.state)
  return status && nextAlert(status, document.pairs, list.alerts?.repeat)
}

/** What the end of a run tells besides its document. */
interface Found {
  readonly rerun: string | undefined
  readonly live: string | undefined
  readonly next: Date | undefined
}

/** Prints the result. With --json, text for people goes to standard error. */
function print(
  done: LocalRun,
  list: List,
  seconds: number,
  options: RunOptions,
  { stdout, stderr }: Terminal,
  { rerun, live, next }: Found,
): void {
  const people = options.json ? stderr : stdout
  const lines = [
    ...renderOutcome(done, seconds, widthOf(people), next),
    ...renderNext(done.document, {
      again: againCommand(options, ['--serve']),
      deploy: deployCommand(options),
      ...(options.dryRun ? { copy: copyCommand(options) } : {}),
      ...(options.list === undefined ? { real: realCommand(options) } : {}),
      serve: options.serve,
      state: asTyped(options.state),
      logDir: asTyped(done.logDir),
      ...(done.page === undefined ? {} : { page: asTyped(done.page) }),
      ...(done.alertFile === undefined ? {} : { alert: asTyped(done.alertFile) }),
      ...statusOf(done, live),
      failed: exitStatus(done) !== 0,
      pushes: pushCommands(list, done),
      ...(rerun === undefined ? {} : { rerun }),
    }),
  ]
  printLines(people, lines)
  if (options.json) printJson(stdout, done.document)
}

/** Served, or as a file. */
function statusOf({ status }: LocalRun, live: string | undefined): { readonly status?: string } {
  if (live !== undefined) return { status: live }
  return status === undefined ? {} : { status: asTyped(status) }
}

/** Registry endpoints that the operator overrides, for example with a proxy. */
function redirections(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) =>
      key.startsWith('REGISTRY_ENDPOINT_URL_') && value !== undefined ? [[key, value]] : [],
    ),
  )
}

function exitStatus({ ended }: LocalRun): number {
  if (ended.status === 'SUCCEEDED') return 0
  return ended.error === ErrorName.PlanRefused ? 2 : 1
}
