/**
 * Identifies a process across reuse of its ID, which containers repeat after each start: the ID together with the start
 * time.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Returns undefined if the system does not report start times. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
}

/** Whether a process with this ID runs that started at this time, if both start times are known. */
export function isRunning(pid: number, start: string | undefined): boolean {
  if (!isThere(pid)) return false
  const actual = startOf(pid)
  return start === undefined || actual === undefined || actual === start
}

function isThere(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: the process belongs to another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return process.platform !== 'linux' || !hasEnded(pid)
}

/**
 * Clock ticks between the boot of the system and the start of the process, and the boot ID.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOnLinux(pid: number): string | undefined {
  const ticks = statOf(pid)?.[19]
  return ticks === undefined ? undefined : `${ticks}@${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`
}

/** Whether the process is a zombie: it ended, but its parent has not read the exit status. */
function hasEnded(pid: number): boolean {
  return ['Z', 'X'].includes(statOf(pid)?.[0] ?? '')
}

/** The fields from the third on; the second is a name, which may contain spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function startByPs(pid: number): string | undefined {
  try {
    const said = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return String(said).trim().replaceAll(/\s+/g, ' ') || undefined
  } catch {
    return undefined
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
