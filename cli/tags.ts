/** Implements the command `tags`: selects tags of a repository as a list would, and explains the selection. */
import { ErrorName } from '../mirror/error-name.ts'
import { describeFailure } from '../mirror/failure.ts'
import { selectTagsOf } from '../mirror/list/entry.ts'
import type { Tags } from '../mirror/list/tags/schema.ts'
import { missingTags } from '../mirror/resolve/image-tags.ts'
import { listTags } from '../mirror/resolve/list-tags.ts'
import { createDates } from '../mirror/resolve/select/dates.ts'
import { isTooFew, resemblingWarning, tooFewSelected } from '../mirror/resolve/select/describe.ts'
import { selectTags } from '../mirror/resolve/select/select-tags.ts'
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { boundMemory } from '../registry/memory.ts'
import type { Repository } from '../registry/model/registry.ts'
import { selectionLines } from './plan/text.ts'
import { NoResult } from './program/no-result.ts'
import { registriesFor } from './registries/create.ts'
import { openRepository } from './registries/open.ts'
import type { TagsOptions } from './tags/command.ts'
import { checkedTags } from './tags/filters.ts'
import type { TagsDocument } from './tags/schema.ts'
import { unlessAborted } from './terminal/interrupted.ts'
import { printJson, printLines, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function tags(options: TagsOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const filters = checkedTags(options.filters, options.source)
  boundMemory()
  const registries = registriesFor([options.source])
  try {
    const source = await unlessAborted(openRepository(options.source, registries, openDockerConfig()), signal)
    return await explain(source, filters, options, terminal, signal)
  } catch (error) {
    signal.throwIfAborted()
    const failure = describeFailure(error)
    throw failure.name in ErrorName ? new NoResult(failure, { cause: error }) : error
  } finally {
    await registries.close()
  }
}

async function explain(
  source: Repository,
  filters: Tags,
  { json }: TagsOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const select = selectTagsOf(filters)
  const available = await listTags(source, signal)
  const dates = createDates(source, { signal })
  const selected = await selectTags(select, available, dates.read)
  const { exact, found, listed, stages, selected: count } = selected
  const there = new Set(available)
  const names = [...exact.filter((tag) => there.has(tag)), ...found]
  const absent = exact.filter((tag) => !there.has(tag))
  const warning = resemblingWarning(selected, source.name)
  const problems = [
    ...(absent.length === 0 ? [] : [missingTags(absent, available, source.name)]),
    // People have the stages above.
    ...(isTooFew(selected, select)
      ? [tooFewSelected(selected, select, json ? available : undefined, source.name)]
      : []),
  ]
  const selection = { listed, stages, selected: count }
  printWrapped(terminal.stderr, [
    ...(json ? [] : [source.name, ...selectionLines(selection).map((line) => `  ${line}`)]),
    ...[...dates.warnings, ...(warning === undefined ? [] : [warning])].map((text) => `warning: ${text}`),
    ...problems,
  ])
  if (json)
    printJson(terminal.stdout, {
      repository: source.name,
      selection,
      tags: names,
      missing: absent,
    } satisfies TagsDocument)
  else printLines(terminal.stdout, names)
  return problems.length === 0 ? 0 : 1
}
