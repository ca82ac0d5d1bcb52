/** The registries of mirror.yaml, as samples on this machine that can change and fail. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openStore } from '../../local/aws/registry/store/store.ts'
import { startSample } from '../../local/sample.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { endpointVariable } from '../../registry/http/endpoint.ts'

export const LIST = join(import.meta.dirname, '..', '..', 'mirror.yaml')

export interface Registries {
  /** Moves a tag to a new image. */
  move(repository: string, tag: string): Promise<void>
  /** Makes a registry unreachable. */
  stop(registry: string): void
  close(): Promise<void>
}

/** Starts the registries, and redirects all programs that this process starts to them. */
export async function startRegistries(folder: string): Promise<Registries> {
  const list = parseList(await readFile(LIST, 'utf8'), 'mirror.yaml')
  const { environment, close } = await startSample(list, folder)
  Object.assign(process.env, environment)
  return {
    async move(repository, tag) {
      const store = await openStore(folder)
      await plainSample(`${repository}-next`, [tag])(builder(store, repository))
    },
    stop(registry) {
      // Nothing listens on the discard port.
      process.env[endpointVariable(registry)] = 'http://127.0.0.1:9'
    },
    close,
  }
}
