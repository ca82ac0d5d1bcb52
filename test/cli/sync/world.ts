// A source and targets on loopback, and the command `sync` between them, in this process.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { syncCommand } from '../../../cli/sync/command.ts'
import { sync } from '../../../cli/sync.ts'
import type { Report } from '../../../mirror/documents.ts'
import { AMD64, closureOf } from '../../copy/images.ts'
import { layerOf, startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { documentOf } from '../documents.ts'
import { parsed } from '../parsed.ts'
import { screenOf } from '../terminal/screen.ts'

export interface SyncWorld extends AsyncDisposable {
  readonly folder: string
  readonly source: TestRegistry
  /** In the order of their names, `one` and `two`. */
  readonly targets: readonly [TestRegistry, TestRegistry]
  /** Tags an image of one platform at the source, with these layers and one of its own. */
  imageOf(repository: string, tag: string, ...layers: string[]): Promise<void>
  /** A list of these entries for both targets. `SOURCE` in an entry stands for the address of the source. */
  listOf(...entries: string[]): string
  run(list: string, options?: RunOptions): Promise<Ended>
  synced(list: string, ...flags: string[]): Promise<Report & { readonly status: number }>
  /** Checks that both targets hold all content of the tag. */
  expectWhole(repository: string, tag: string): Promise<void>
}

export interface RunOptions {
  readonly flags?: readonly string[]
  readonly screen?: object
  readonly signal?: AbortSignal
}

export interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

export async function openSyncWorld(): Promise<SyncWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sync-'))
  const file = join(folder, 'list.yaml')
  const source = await startRegistry()
  const targets = [await startRegistry(), await startRegistry()] as const
  vi.stubEnv('DOCKER_CONFIG', folder)
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

  async function run(
    list: string,
    { flags = [], screen = {}, signal = new AbortController().signal }: RunOptions = {},
  ): Promise<Ended> {
    await writeFile(file, list)
    const [stdout, stderr] = [screenOf(screen), screenOf(screen)]
    const options = parsed(syncCommand, [file, ...flags])
    const status = await sync(options, { stdout: stdout.stream, stderr: stderr.stream }, signal)
    return {
      status,
      out: stdout.text().replaceAll(folder, ''),
      err: stderr.text().replaceAll(folder, ''),
    }
  }

  return {
    folder,
    source,
    targets,
    async imageOf(repository, tag, ...layers) {
      const build = await source.build(repository)
      const all = [...layers, `${repository} ${tag}`].map((name) => layerOf(name))
      await build.tag(tag, await build.image(AMD64, all))
    },
    listOf(...entries) {
      const [one, two] = targets.map(({ address }) => `{registry: '${address}', namespace: mirror}`)
      const images = entries.map((entry) => `  - ${entry.replaceAll('SOURCE', source.address)}\n`).join('')
      return `targets:\n  one: ${one}\n  two: ${two}\ndefaults: {targets: [one, two]}\nimages:\n${images}`
    },
    run,
    async synced(list, ...flags) {
      const { status, out } = await run(list, { flags: ['--json', ...flags] })
      return { ...documentOf('sync', out), status }
    },
    async expectWhole(repository, tag) {
      for (const { store } of targets) {
        const digest = await store.tags.find(repository, tag)
        if (digest === undefined) throw new Error(`${repository} has no tag ${tag}`)
        await closureOf(store, repository, digest)
      }
    },
    async [Symbol.asyncDispose]() {
      for (const registry of [source, ...targets]) await registry[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
