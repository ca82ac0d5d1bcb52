/** Implements the command `auth`: which credentials each registry of a list is asked with, and whether they work. */
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { ECR_PUBLIC } from '../registry/ecr/ecr-host.ts'
import { checkCredentials } from './auth/check.ts'
import type { AuthOptions } from './auth/command.ts'
import { type AuthDocument, exitStatus, renderAuth } from './auth/document.ts'
import { INTERRUPTED } from './interrupted.ts'
import { registriesOf } from './list-registries.ts'
import { readList } from './run/files.ts'
import { type Terminal, widthOf } from './terminal.ts'

/** Returns the exit status. */
export async function auth(
  { list: file, json }: AuthOptions,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const list = await readList(file, file, undefined, 'LIST')
  const registries = registriesOf(list)
  try {
    const checks = await checkCredentials(list, {
      registries,
      config: openDockerConfig(),
      region: list.home ?? list.regions[0] ?? '',
      publicByIam: list.registries?.[ECR_PUBLIC]?.credentials === 'iam',
      signal,
    })
    const document: AuthDocument = { list: file, checks }
    const text = json
      ? JSON.stringify(document, undefined, 2)
      : renderAuth(document, widthOf(stdout)).join('\n')
    stdout.write(`${text}\n`)
    return exitStatus(checks)
  } catch (error) {
    const status = INTERRUPTED[String(signal.reason)]
    if (status === undefined) throw error
    stderr.write('Interrupted.\n')
    return status
  } finally {
    await registries.close()
  }
}
