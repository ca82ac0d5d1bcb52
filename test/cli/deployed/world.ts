// A mirror that is deployed to the embedded AWS, with sources on loopback, and the environment of its operator.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { vi } from 'vitest'
import { AwsProblem } from '../../../cli/deployed/aws/problem.ts'
import { endingOf } from '../../../cli/program/ending.ts'
import { printProse } from '../../../cli/terminal/print.ts'
import type { Terminal } from '../../../cli/terminal/terminal.ts'
import type { LocalRun } from '../../../local/run.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { startRun, stateFolder } from '../../local/runs.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { parsed } from '../parsed.ts'
import { screenOf } from '../terminal/screen.ts'

export interface DeployedWorld extends AsyncDisposable {
  readonly source: FaultyRegistry
  readonly deployed: LocalRun
  readonly folder: string
  /** The image of a repository at the source. */
  image(name: string): string
  run<Options>(
    define: (choose: (options: Options) => void) => CommandUnknownOpts,
    perform: (options: Options, terminal: Terminal, signal: AbortSignal, pollMs: number) => Promise<number>,
    args: readonly string[],
    props?: { readonly screen?: object; readonly signal?: AbortSignal },
  ): Promise<Ended>
}

export interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

/**
 * @param missing - an image of the list that the source lacks; without it, the first run succeeds
 * @param more - more keys of the list
 * @param files - the contents of files of the state folder, such as `secrets.json`
 */
export async function openDeployedWorld(
  missing?: string,
  more: object = {},
  files: Readonly<Record<string, string>> = {},
): Promise<DeployedWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = await stateFolder(stack)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const source = stack.use(await startFaultyRegistry())
  for (const repository of ['team/app', 'team/tool']) {
    await source.store.repositories.create(repository)
    await plainSample(repository, ['1.0'])(builder(source.store, repository))
  }
  const image = (name: string) => `${source.address}/${name}`
  const images = ['team/app:1.0', 'team/tool:1.0', ...(missing === undefined ? [] : [missing])].map(image)
  const list = { regions: ['us-east-1', 'eu-west-1'], images, ...more }
  const input = { images: images.slice(0, 1) }
  const deployed = await startRun(stack, list, { stateDir: folder, input })
  const environment = {
    ...deployed.operator,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  stack.defer(() => void vi.unstubAllEnvs())
  const all = stack.move()

  return {
    source,
    deployed,
    folder,
    image,
    async run(define, perform, args, { screen = {}, signal = new AbortController().signal } = {}) {
      const [stdout, stderr] = [screenOf(screen), screenOf(screen)]
      const terminal = { stdout: stdout.stream, stderr: stderr.stream }
      const status = await perform(parsed(define, args), terminal, signal, 50).catch((error: unknown) => {
        if (!(error instanceof AwsProblem)) throw error
        const { status, text } = endingOf(error)
        printProse(stderr.stream, text)
        return status
      })
      return { status, out: stdout.text(), err: stderr.text() }
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}
