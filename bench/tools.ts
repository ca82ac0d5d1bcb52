/** Finds the installed copiers, and knows each one's command line for the same job. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryOf } from './fill.ts'
import type { ImageSpec } from './images.ts'
import { installProgram } from './installed.ts'
import type { Command } from './measure.ts'

export interface Job {
  readonly image: ImageSpec
  /** `127.0.0.1:PORT`, like the targets. */
  readonly source: string
  readonly targets: readonly string[]
}

export interface Tool {
  readonly name: string
  /** Command and version, for the report. */
  readonly version: string
  /** Commands to run concurrently. */
  commands(job: Job): readonly Command[]
  /** False if the tool only moves blobs. */
  readonly copiesImages: boolean
  /** False if the tool copies only single tags. */
  readonly copiesAllTags: boolean
}

export const OURS = 'image-mirror'
export const PIPE = 'bare pipe'

export async function findTools(names: readonly string[]): Promise<Tool[]> {
  const found = await Promise.all(Object.entries(MAKERS).map(([name, make]) => make(name)))
  return found.filter(
    (tool) => tool !== undefined && (names.length === 0 || names.includes(tool.name)),
  ) as Tool[]
}

const MAKERS: Readonly<Record<string, (name: string) => Promise<Tool | undefined>>> = {
  [OURS]: async (name) => {
    const bin = installProgram()
    return {
      name,
      version: `npx image-mirror copy [--all-tags], ${process.version}`,
      copiesImages: true,
      copiesAllTags: true,
      commands: ({ image, source, targets }) => {
        const flags = image.allTags ? ['--all-tags'] : []
        const references = [source, ...targets].map((host) => reference(host, image))
        return [[process.execPath, bin, 'copy', ...flags, ...references]]
      },
    }
  },

  skopeo: (name) =>
    peer(name, 'skopeo copy --all (sync --all for all tags)', ['--version'], (program) => (job) => {
      if (job.image.allTags) return job.targets.map((target) => skopeoSync(program, job, target))
      return job.targets.map((target) => [
        program,
        ...['copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false'],
        `docker://${reference(job.source, job.image)}`,
        `docker://${reference(target, job.image)}`,
      ])
    }),

  crane: (name) =>
    peer(name, 'crane copy [--all-tags]', ['version'], (program) => ({ image, source, targets }) => {
      const flags = image.allTags ? ['--all-tags'] : []
      return targets.map((target) => [
        program,
        ...['copy', '--insecure', ...flags],
        reference(source, image),
        reference(target, image),
      ])
    }),

  oras: (name) => peer(name, 'oras cp', ['version'], orasCopy, false),

  [PIPE]: async (name) => ({
    name,
    version: 'bench/pipe.ts: node:http GET into PUT with sha256, no checks at the targets, no manifests',
    copiesImages: false,
    copiesAllTags: true,
    commands: ({ image, source, targets }) => {
      const tags = Object.keys(image.tags)
      const script = join(import.meta.dirname, 'pipe.ts')
      return [[process.execPath, script, repositoryOf(image), tags.join(','), source, ...targets]]
    },
  }),
}

function orasCopy(program: string): Tool['commands'] {
  return ({ image, source, targets }) =>
    targets.map((target) => [
      program,
      ...['cp', '--no-tty', '--from-plain-http', '--to-plain-http'],
      reference(source, image),
      reference(target, image),
    ])
}

function skopeoSync(program: string, { source, image }: Job, target: string): Command {
  const [folder = ''] = repositoryOf(image).split('/')
  return [
    program,
    ...['sync', '--all', '--src', 'docker', '--dest', 'docker'],
    ...['--src-tls-verify=false', '--dest-tls-verify=false'],
    `${source}/${repositoryOf(image)}`,
    `${target}/${folder}`,
  ]
}

function reference(host: string, image: ImageSpec): string {
  return `${host}/${repositoryOf(image)}${image.allTags ? '' : ':v1'}`
}

/** Finds a program in the PATH, or in the folders of $BENCH_PEERS for programs without a Debian package. */
async function peer(
  name: string,
  call: string,
  version: readonly string[],
  commandsOf: (program: string) => Tool['commands'],
  copiesAllTags = true,
): Promise<Tool | undefined> {
  const folders = `${process.env.BENCH_PEERS ?? ''}${delimiter}${process.env.PATH ?? ''}`.split(delimiter)
  const program = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
  if (program === undefined) return undefined
  const { stdout } = await promisify(execFile)(program, version)
  const first =
    stdout
      .split('\n')[0]
      ?.replaceAll(/\s+/g, ' ')
      .replace(/^.*version:? /i, '') ?? ''
  return {
    name,
    version: `${call}, ${first}`,
    copiesImages: true,
    copiesAllTags,
    commands: commandsOf(program),
  }
}
