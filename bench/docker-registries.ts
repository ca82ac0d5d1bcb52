/** Debian's docker-registry, several of them on loopback, for one run of the benchmark: started, emptied, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type AccessLog, createAccessLog } from './access-log.ts'

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly log: AccessLog
  /** Forgets everything it has; it keeps no descriptors in memory. */
  wipe(): Promise<void>
}

export async function startDockerRegistry(folder: string): Promise<DockerRegistry> {
  const data = join(folder, 'data')
  await mkdir(data, { recursive: true })
  const config = join(folder, 'config.yml')
  await writeFile(
    config,
    `version: 0.1
log: {level: info, formatter: json, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${data}, maxthreads: 200}, delete: {enabled: true}}
http: {addr: '127.0.0.1:0', secret: benchmark}
`,
  )
  const log = createAccessLog()
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(createWriteStream(join(folder, 'stdout.log')))
  process.once('exit', () => child.kill())
  const address = await listening(child, log)
  return {
    address,
    log,
    wipe: () => rm(join(data, 'docker'), { recursive: true, force: true }),
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

function listening(child: ChildProcess, log: AccessLog): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stderr === null) throw new Error('stderr is a pipe')
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.add(line)
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}`)))
  })
}
