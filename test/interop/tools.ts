// Third-party programs for the interop tests, which must be installed.
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MAX_OUTPUT = 64 * 1024 * 1024

/** @throws if a tool is missing, because a skipped test would prove nothing */
export function requireTools(...tools: readonly string[]): void {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const missing = tools.filter((tool) => !folders.some((folder) => isExecutable(join(folder, tool))))
  if (missing.length > 0) {
    throw new Error(
      `interop tests need ${missing.join(', ')}: install with apt-get install ${missing.join(' ')}`,
    )
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Runs a tool and returns its stdout. An error contains its stderr. */
export async function tool(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...args], { maxBuffer: MAX_OUTPUT })
  return stdout
}

/** Runs podman with its images in this folder, without privileges. */
export function podmanIn(folder: string): (...args: readonly string[]) => Promise<string> {
  const storage = [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ]
  return (...args) => tool('podman', ...storage, ...args)
}

/** The bytes of a manifest, read by skopeo. */
export async function rawManifest(reference: string, ...flags: readonly string[]): Promise<Buffer> {
  const { stdout } = await run(
    'skopeo',
    ['inspect', '--raw', '--tls-verify=false', ...flags, `docker://${reference}`],
    {
      maxBuffer: MAX_OUTPUT,
      encoding: 'buffer',
    },
  )
  return stdout
}

/** Copies an image with all its content between registries. */
export async function copyWithSkopeo(from: string, to: string): Promise<void> {
  const flags = ['--all', '--preserve-digests', '--src-tls-verify=false', '--dest-tls-verify=false']
  await tool('skopeo', 'copy', ...flags, `docker://${from}`, `docker://${to}`)
}

export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'interop-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
