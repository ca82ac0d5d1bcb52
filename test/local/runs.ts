// Local runs for tests: in fast time, and independent of the environment. A stack ends them and removes their state.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLOCKS } from '../../local/clock.ts'
import { type LocalRun, type LocalRunProps, runLocally } from '../../local/run.ts'
import type { List } from '../../mirror/list/config.ts'
import { parseList } from '../../mirror/list/parse-list.ts'

/**
 * Makes a state folder.
 * @param files - name -> its content as JSON, such as `secrets.json`
 */
export async function stateFolder(
  stack: AsyncDisposableStack,
  files: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-run-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content))
  return folder
}

/** Parses the document of a list. */
export function listOf(document: object): List {
  return parseList(JSON.stringify(document), 'list.json')
}

/**
 * Runs a list, and serves the mirror until the stack is disposed of.
 * @param document - the list before it is parsed
 */
export async function startRun(
  stack: AsyncDisposableStack,
  document: object,
  props: Pick<LocalRunProps, 'stateDir'> & Partial<Omit<LocalRunProps, 'list'>>,
): Promise<LocalRun> {
  const run = await runLocally({
    list: listOf(document),
    input: {},
    clock: CLOCKS.fast,
    environment: {},
    anonymousPull: true,
    signal: new AbortController().signal,
    ...props,
  })
  stack.defer(() => run.close())
  return run
}
