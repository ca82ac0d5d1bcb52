/** Runs programs at the same time, and says how long that took, what it cost, and how much memory was in use. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Cost {
  /** Until the last of them ended, in seconds. */
  readonly wall: number
  /** User and system time of all of them, in seconds. */
  readonly cpu: number
  /** Their peaks, added up, in megabytes. */
  readonly memory: number
}

export type Command = readonly [program: string, ...args: string[]]

/** @throws with what it said when one of them fails */
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

/** Through GNU time: it knows of its child what the kernel knows. */
async function run(command: Command, home: string, index: number): Promise<Usage> {
  const notes = join(home, `usage-${index}`)
  const child = spawn('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', notes, ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...stranger(home) },
  })
  const [[status], said] = await Promise.all([once(child, 'close'), text(child.stderr)])
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${said}`)
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(notes, 'utf8')).trim().split(' ').map(Number)
  return { cpu: user + system, memory: (kilobytes * 1024) / 1e6 }
}

/**
 * No credentials, caches or settings of whoever runs this. What skopeo has learned of blobs it keeps under /var/lib if
 * root runs it, and then finds its way by what the turns before have left: it is not to know that.
 * https://github.com/containers/image/blob/main/pkg/blobinfocache/default.go
 */
function stranger(home: string): Record<string, string> {
  return { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, _CONTAINERS_ROOTLESS_UID: '1' }
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
