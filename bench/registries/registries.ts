/** The registries of a benchmark: a source, and targets that are emptied between copies. */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts'

export interface Registries {
  readonly source: DockerRegistry
  readonly targets: readonly DockerRegistry[]
}

/** @param data - the folder of their content, which is created */
export async function startRegistries(
  data: string,
  targetCount: number,
): Promise<Registries & AsyncDisposable> {
  mkdirSync(data, { recursive: true })
  const targetNames = Array.from({ length: targetCount }, (_, index) => `target-${index + 1}`)
  const [source, ...targets] = await Promise.all([
    startDockerRegistry(join(data, 'source')),
    ...targetNames.map((name) => startDockerRegistry(join(data, name))),
  ])
  return {
    source,
    targets,
    async [Symbol.asyncDispose]() {
      for (const target of targets) await target.wipe()
      for (const registry of [source, ...targets]) await registry[Symbol.asyncDispose]()
    },
  }
}

export async function registryVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)('docker-registry', ['--version'])
  return `docker-registry ${stdout.trim().split(' ').at(-1)}`
}

/** Empties the targets and flushes the disk, because pending writes would slow down the registry's next fsyncs. */
export async function wipe(targets: readonly DockerRegistry[]): Promise<void> {
  for (const target of targets) await target.wipe()
  await promisify(execFile)('sync')
}
