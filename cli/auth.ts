/** Implements the command `auth`: which credentials are used for each registry of a list, and whether they work. */
import { homeOf } from '../mirror/list/home.ts'
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { ECR_PUBLIC } from '../registry/ecr/ecr-host.ts'
import { checkCredentials } from './auth/check.ts'
import type { AuthOptions } from './auth/command.ts'
import type { AuthDocument } from './auth/schema.ts'
import { renderAuth } from './auth/text.ts'
import { readRunList } from './elsewhere/read.ts'
import { readList } from './read-list.ts'
import { registriesOf } from './registries/create.ts'
import { unlessAborted } from './terminal/interrupted.ts'
import { printJson, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function auth(
  { list: file, json }: AuthOptions,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const given = await unlessAborted(readList(file), signal)
  const registries = registriesOf(given)
  try {
    const { list, unlisted } = await unlessAborted(readRunList(given), signal)
    for (const problem of unlisted) stderr.write(`${problem}\n`)
    const checks = await checkCredentials(list, {
      registries,
      config: openDockerConfig(),
      region: homeOf(list) ?? 'us-east-1',
      publicByIam: list.registries?.[ECR_PUBLIC]?.credentials === 'iam',
      signal,
    })
    const document: AuthDocument = { list: file, checks }
    if (json) printJson(stdout, document)
    else printWrapped(stdout, renderAuth(document))
    return unlisted.length > 0 || checks.some(({ status }) => status === 'failed') ? 1 : 0
  } finally {
    await registries.close()
  }
}
