// Third-party registries on loopback: Debian's docker-registry, which is distribution 2, and distribution 3.
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  /** The lines of its access log so far. */
  readonly log: string[]
}

export interface RegistryOptions {
  /** @default docker-registry */
  readonly program?: string
  /** The `auth` section of its configuration. @default - anyone may read and write */
  readonly auth?: Readonly<Record<string, unknown>>
}

/** Starts a registry on a free loopback port, with its content in `folder`. */
export async function startDockerRegistry(
  folder: string,
  { program = 'docker-registry', auth }: RegistryOptions = {},
): Promise<RunningRegistry> {
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'config.yml')
  // JSON is YAML.
  const document = {
    version: '0.1',
    log: { level: 'info', fields: {} },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...(auth === undefined ? {} : { auth }),
  }
  await writeFile(config, JSON.stringify(document))
  // Version 3 sends traces to a collector by default.
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' }
  const child = spawn(program, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'], env })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const log: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => log.push(line))
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line)
      const listening = /listening on (127\.0\.0\.1:\d+)/.exec(line)
      if (listening?.[1]) resolve(listening[1])
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${program} exited with ${code}: ${log.join('\n')}`)))
  })
  return {
    address,
    log,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}
