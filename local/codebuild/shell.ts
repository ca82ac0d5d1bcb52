/** Runs a build script in `sh`, in its own process group, so that no process outlives the build. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'

export interface ShellProps {
  readonly script: string
  readonly folder: string
  readonly logFile: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
}

export interface PhaseEvent {
  readonly phase: string
  readonly at: Date
  /** Absent at the start of the phase. */
  readonly status?: number
  /** The index of the failed command. */
  readonly command?: number
}

export interface ShellResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED'
  readonly phases: readonly PhaseEvent[]
  readonly variables: Readonly<Record<string, string>>
}

export async function runShell(props: ShellProps): Promise<ShellResult> {
  const log = await open(props.logFile, 'a')
  const phases: PhaseEvent[] = []
  let ended: 'TIMED_OUT' | 'STOPPED' | undefined
  try {
    const child = spawn('sh', ['-c', props.script], {
      cwd: props.folder,
      env: { ...props.environment },
      stdio: ['ignore', log.fd, log.fd, 'pipe', 'pipe'],
      detached: true,
    })
    const stop = (why: 'TIMED_OUT' | 'STOPPED') => {
      ended ??= why
      killGroup(child)
    }
    const timer = setTimeout(() => stop('TIMED_OUT'), props.timeoutSeconds * 1000)
    const onAbort = () => stop('STOPPED')
    props.signal.addEventListener('abort', onAbort, { once: true })
    if (props.signal.aborted) onAbort()
    const [[code], , variables] = await Promise.all([
      once(child, 'exit').finally(() => killGroup(child)),
      readLines(child.stdio[3] as Readable, (line) => phases.push(phaseEvent(line))),
      readVariables(child.stdio[4] as Readable),
    ])
    clearTimeout(timer)
    props.signal.removeEventListener('abort', onAbort)
    return { status: ended ?? (code === 0 ? 'SUCCEEDED' : 'FAILED'), phases, variables }
  } finally {
    await log.close()
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has no processes left, which is the goal.
  }
}

function phaseEvent(line: string): PhaseEvent {
  const [kind, phase = '', status, command] = line.split(' ')
  const at = new Date()
  return kind === 'start' ? { phase, at } : { phase, at, status: Number(status), command: Number(command) }
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
}

async function readVariables(stream: Readable): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const entries = Buffer.concat(chunks).toString('utf8').split('\0').filter(Boolean)
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}
