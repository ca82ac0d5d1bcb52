/** The programs that mirror a list: ours and regsync, each with the list in its own form. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryOf } from '../fill.ts'
import type { ImageSpec } from '../images.ts'
import { installProgram } from '../installed.ts'
import type { Command } from '../measure.ts'

export interface Job {
  readonly images: readonly ImageSpec[]
  /** `127.0.0.1:PORT`, like the targets. */
  readonly source: string
  readonly targets: readonly string[]
}

export interface Tool {
  readonly name: string
  /** Command and version, for the report. */
  readonly version: string
  /** Writes the list into the folder, and returns the command that mirrors it. */
  prepare(job: Job, folder: string): Promise<Command>
}

export const OURS = 'image-mirror sync'
export const REGSYNC = 'regsync'

export async function findTools(): Promise<Tool[]> {
  const regsync = find('regsync')
  return [ours(), ...(regsync === undefined ? [] : [await regsyncAt(regsync)])]
}

function ours(): Tool {
  const bin = installProgram()
  return {
    name: OURS,
    version: `npx image-mirror sync --no-cache, Node ${process.version}`,
    async prepare({ images, source, targets }, folder) {
      const file = join(folder, 'mirror.json')
      const names = targets.map((_, index) => `target-${index + 1}`)
      const list = {
        targets: Object.fromEntries(names.map((name, index) => [name, { registry: targets[index] }])),
        defaults: { targets: names },
        images: images.map((image) => ({
          source: `${source}/${repositoryOf(image)}`,
          tags: { include: Object.keys(image.tags) },
        })),
      }
      await writeFile(file, JSON.stringify(list))
      return [process.execPath, bin, 'sync', '--no-cache', file]
    },
  }
}

/** https://regclient.org/usage/regsync/ */
async function regsyncAt(program: string): Promise<Tool> {
  const { stdout } = await promisify(execFile)(program, ['version'])
  const [, version = 'unknown'] = /VCSTag:\s*(\S+)|(v\d\S*)/.exec(stdout)?.filter(Boolean) ?? []
  return {
    name: REGSYNC,
    version: `regsync once, parallel: 4, referrers and digest tags on, ${version}`,
    async prepare({ images, source, targets }, folder) {
      const file = join(folder, 'regsync.json')
      const config = {
        version: 1,
        creds: [source, ...targets].map((registry) => ({ registry, tls: 'disabled' })),
        defaults: { parallel: 4, referrers: true, digestTags: true },
        sync: images.flatMap((image) =>
          Object.keys(image.tags).flatMap((tag) =>
            targets.map((target) => ({
              type: 'image',
              source: `${source}/${repositoryOf(image)}:${tag}`,
              target: `${target}/${repositoryOf(image)}:${tag}`,
            })),
          ),
        ),
      }
      // YAML is a superset of JSON.
      await writeFile(file, JSON.stringify(config))
      return [program, 'once', '-c', file]
    },
  }
}

/** Programs without a Debian package are found in the folders of $BENCH_PEERS too. */
function find(name: string): string | undefined {
  const folders = `${process.env.BENCH_PEERS ?? ''}${delimiter}${process.env.PATH ?? ''}`.split(delimiter)
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}
