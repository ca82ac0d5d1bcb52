/** Starts Debian's docker-registry on loopback, empties it between copies, and stops it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type AccessLog, createAccessLog } from '../access-log.ts'

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly log: AccessLog
  /** Removes all content. This works while the registry runs, because it caches no descriptors in memory. */
  wipe(): Promise<void>
}

export async function startDockerRegistry(folder: string): Promise<DockerRegistry> {
  const data = join(folder, 'data')
  const old = join(folder, 'old')
  await rm(old, { recursive: true, force: true })
  await mkdir(data, { recursive: true })
  await mkdir(old)
  const config = join(folder, 'config.yml')
  await writeFile(
    config,
    `version: 0.1
log: {level: info, formatter: json, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${data}, maxthreads: 200}, delete: {enabled: true}}
http: {addr: '127.0.0.1:0', secret: benchmark}
`,
  )
  const path = join(folder, 'stderr.log')
  const child = await start(config, path)
  let wiped = 0
  return {
    address: await addressOf(child, path),
    log: createAccessLog(path),
    wipe: () => setAside(join(data, 'docker'), join(old, `${wiped++}`)),
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
      await rm(old, { recursive: true, force: true })
    },
  }
}

async function start(config: string, log: string): Promise<ChildProcess> {
  await using file = await open(log, 'w')
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', file.fd] })
  process.once('exit', () => child.kill())
  await once(child, 'spawn')
  return child
}

const POLL_MS = 20

/** Reads the address from the registry's log. */
async function addressOf(child: ChildProcess, log: string): Promise<string> {
  while (child.exitCode === null) {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(await readFile(log, 'utf8'))?.[1]
    if (address !== undefined) return address
    await setTimeout(POLL_MS)
  }
  throw new Error(`docker-registry exited with status ${child.exitCode}; see ${log}`)
}

/**
 * Moves the content away, and deletes it only at the end of the run. ext4 without a journal does not reuse inodes that
 * were deleted within the last minutes, and searches past all of them to create a file: with many small blobs, the
 * registry would take twice the processor time, and more with every round.
 * https://github.com/torvalds/linux/blob/v6.18/fs/ext4/ialloc.c (recently_deleted)
 */
async function setAside(content: string, old: string): Promise<void> {
  try {
    await rename(content, old)
  } catch (error) {
    // The registry is empty.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  for (const entry of await readdir(old, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await freeBlocks(join(entry.parentPath, entry.name))
  }
}

const LARGE_BYTES = 64 * 1024

/** Frees the file's disk space, but keeps its inode. */
async function freeBlocks(path: string): Promise<void> {
  if ((await stat(path)).size > LARGE_BYTES) await truncate(path)
}
