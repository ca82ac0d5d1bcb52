/** Implements the command `copy`: runs the copier, prints a report and returns an exit status. */

import { SPARE_CONNECTIONS } from '../copy/limit.ts'
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { boundMemory } from '../registry/memory.ts'
import { createRegistries } from '../registry/open.ts'
import type { CopyOptions } from './copy/command.ts'
import { runJob } from './copy/job.ts'
import { showCopyProgress } from './copy/progress.ts'
import { isGood } from './copy/report.ts'
import type { CopyDocument } from './copy/schema.ts'
import { renderCopy } from './copy/text.ts'
import { dockerClientCertificates, withDockerCertificates } from './registries/docker-certificates.ts'
import { explained } from './registries/explained.ts'
import { interruptedStatus } from './terminal/interrupted.ts'
import { printJson, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function copy(options: CopyOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const document = await perform(options, terminal, signal)
  const people = options.json ? terminal.stderr : terminal.stdout
  printWrapped(people, renderCopy(document))
  if (options.json) printJson(terminal.stdout, document)
  if (signal.aborted) return interruptedStatus(signal) ?? 1
  return document.targets.every(isGood) ? 0 : 1
}

async function perform(
  options: CopyOptions,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<CopyDocument> {
  boundMemory()
  const references = [options.source, ...options.targets]
  const environment = withDockerCertificates(process.env, references)
  const registries = explained(
    createRegistries({
      environment,
      clientCertificates: dockerClientCertificates(references),
      spareConnections: SPARE_CONNECTIONS,
    }),
  )
  using progress = showCopyProgress(stderr)
  try {
    return await runJob(options, { registries, config: openDockerConfig(), progress, signal })
  } finally {
    await registries.close()
  }
}
