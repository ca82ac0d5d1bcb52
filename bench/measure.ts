/** Runs programs concurrently, and measures their time, processor time and memory. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Cost {
  /** Seconds from the start to the end of the last program. */
  readonly wall: number
  /** User and system time of all programs, in seconds. */
  readonly cpu: number
  /** Sum of the peaks of all programs, in megabytes. */
  readonly memory: number
}

export type Command = readonly [program: string, ...args: string[]]

/** @throws with its stderr if a program fails */
export async function measure(commands: readonly Command[]): Promise<Cost> {
  const home = await mkdtemp(join(tmpdir(), 'bench-home-'))
  try {
    const started = performance.now()
    const costs = await Promise.all(commands.map((command, index) => run(command, home, index)))
    const wall = (performance.now() - started) / 1000
    const sum = (one: (cost: Usage) => number): number => costs.reduce((total, cost) => total + one(cost), 0)
    return { wall, cpu: sum(({ cpu }) => cpu), memory: sum(({ memory }) => memory) }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

type Usage = Omit<Cost, 'wall'>

/** Runs the command with GNU time, which reports the kernel's figures on processor time and peak memory. */
async function run(command: Command, home: string, index: number): Promise<Usage> {
  const notes = join(home, `usage-${index}`)
  const child = spawn('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', notes, ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...isolated(home) },
  })
  const [[status], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)])
  if (status !== 0) throw new Error(`${command.join(' ')} exited with status ${status}: ${stderr}`)
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(notes, 'utf8')).trim().split(' ').map(Number)
  return { cpu: user + system, memory: (kilobytes * 1024) / 1e6 }
}

/**
 * Hides the user's credentials, caches and settings. As root, skopeo would cache the locations of blobs in /var/lib and
 * reuse them in later rounds; _CONTAINERS_ROOTLESS_UID moves that cache to the home folder.
 * https://github.com/containers/image/blob/main/pkg/blobinfocache/default.go
 */
function isolated(home: string): Record<string, string> {
  return { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, _CONTAINERS_ROOTLESS_UID: '1' }
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
