/** The registries of mirror.yaml, as samples on this machine, which can change and fail. */
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
  /** A new image gets the tag of an old one. */
  move(repository: string, tag: string): Promise<void>
  /** Nobody answers for this registry any more. */
  stop(registry: string): void
  close(): Promise<void>
}

/** Redirects the registries for all programs that this process starts. */
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
