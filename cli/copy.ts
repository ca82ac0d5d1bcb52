/** The command `copy`: the copier by hand. From arguments to a report and an exit status. */

import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { createRegistries } from '../registry/open.ts'
import { dockerClientCertificates, withDockerCertificates } from './copy/docker-certificates.ts'
import { runJob } from './copy/job.ts'
import { COPY_HELP, type CopyOptions, parseCopyOptions } from './copy/options.ts'
import { showCopyProgress } from './copy/progress.ts'
import { type CopyDocument, isGood } from './copy/report.ts'
import { renderCopy } from './copy/text.ts'
import { INTERRUPTED } from './interrupted.ts'
import type { Terminal } from './run.ts'

/** Gives the exit status. */
export async function copy(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const options = parseCopyOptions(args)
  if (options.help) {
    terminal.stdout.write(`${COPY_HELP}\n`)
    return 0
  }
  const document = await perform(options, terminal, signal)
  const people = options.json ? terminal.stderr : terminal.stdout
  people.write(`${renderCopy(document).join('\n')}\n`)
  if (options.json) terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
  if (signal.aborted) return INTERRUPTED[String(signal.reason)] ?? 1
  return document.targets.every(isGood) ? 0 : 1
}

async function perform(
  options: CopyOptions,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<CopyDocument> {
  const references = [options.source, ...options.targets]
  const environment = withDockerCertificates(process.env, references)
  const registries = createRegistries({
    environment,
    clientCertificates: dockerClientCertificates(references),
  })
  using progress = showCopyProgress(stderr)
  try {
    return await runJob(options, { registries, config: openDockerConfig(), progress, signal })
  } finally {
    await registries.close()
  }
}
