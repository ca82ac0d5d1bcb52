// A source and the embedded ECR on loopback, and the command `plan` between them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { copy } from '../../../cli/copy.ts'
import { planCommand } from '../../../cli/plan/command.ts'
import type { PlanDocument } from '../../../cli/plan/schema.ts'
import { plan } from '../../../cli/plan.ts'
import { startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { ACCOUNT, startEcrCloud } from '../../support/ecr-cloud.ts'
import { documentOf } from '../documents.ts'
import { parsed } from '../parsed.ts'
import { screenOf } from '../terminal/screen.ts'

export const FROM = 'library/app'
export const HOME = 'us-east-1'
export const AWAY = 'eu-west-1'

export interface PlanWorld extends AsyncDisposable {
  readonly source: TestRegistry
  /** A list with one entry, for both regions. */
  listOf(entry: string): string
  /** The list of one tag of FROM. */
  appList(tag?: string): string
  run(list: string, options?: RunOptions): Promise<{ readonly status: number; readonly printed: string }>
  planned(list: string, ...flags: string[]): Promise<PlanDocument & { readonly status: number }>
  /** Copies a tag of FROM to a region. */
  mirrorTo(region: string, tag?: string): Promise<void>
  /** Everything that was asked of ECR so far, over its API and over the registry protocol. */
  actionsOfEcr(): string[]
}

export interface RunOptions {
  readonly flags?: readonly string[]
  readonly screen?: object
  readonly signal?: AbortSignal
}

export async function openPlanWorld(): Promise<PlanWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'plan-'))
  const file = join(folder, 'list.yaml')
  const source = await startRegistry()
  const aws = await startEcrCloud()
  vi.stubEnv('DOCKER_CONFIG', folder)

  const listOf = (entry: string): string =>
    `regions: [${HOME}, ${AWAY}]\nprefix: mirror\nimages:\n  - ${entry}\n`

  async function run(
    list: string,
    { flags = [], screen = {}, signal = new AbortController().signal }: RunOptions = {},
  ) {
    await writeFile(file, list)
    const { stream, text } = screenOf(screen)
    const terminal = { stdout: stream, stderr: stream }
    const status = await plan(parsed(planCommand, [file, ...flags]), terminal, signal)
    return { status, printed: text().replaceAll(folder, '') }
  }

  return {
    source,
    listOf,
    appList: (tag = '1.0') => listOf(`${source.address}/${FROM}:${tag}`),
    run,
    async planned(list, ...flags) {
      const { status, printed } = await run(list, { flags: ['--json', ...flags] })
      return { ...documentOf('plan', printed), status }
    },
    async mirrorTo(region, tag = '1.0') {
      const target = `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/mirror/${FROM}`
      const options = parsed(copyCommand, ['--create', `${source.address}/${FROM}:${tag}`, target])
      const { stream } = screenOf()
      const terminal = { stdout: stream, stderr: stream }
      expect(await copy(options, terminal, new AbortController().signal)).toBe(0)
    },
    actionsOfEcr: () => aws.ecr.calls.map(({ action }) => action ?? 'GetNothing'),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await aws[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
