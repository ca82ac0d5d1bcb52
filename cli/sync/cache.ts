/**
 * Keeps on this machine what the deployed mirror keeps in its bucket from run to run: what is known of sources, and which
 * artifacts targets refused. With it, an unchanged list costs no pulls. It may be deleted at any time.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { makeFolder } from '../../local/state/make-folder.ts'
import { parseJson } from '../../registry/model/json.ts'

export interface Cache {
  /** Undefined if the document is missing or damaged. */
  findJson<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>
  /** Does nothing where the folder cannot be written: the next run then asks more. */
  writeJson(key: string, value: unknown): Promise<void>
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'image-mirror')
}

/** @param folder - undefined to keep nothing */
export function openCache(folder: string | undefined): Cache {
  if (folder === undefined) return { findJson: async () => undefined, writeJson: async () => {} }
  const pathOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`)
  return {
    async findJson(key, schema) {
      const text = await readFile(pathOf(key), 'utf8').catch(() => '')
      return schema.safeParse(parseJson(text)).data
    },
    async writeJson(key, value) {
      const path = pathOf(key)
      // Another run may read or write the same document.
      const draft = `${path}.${randomUUID()}`
      try {
        await makeFolder(folder, 0o700)
        await writeFile(draft, JSON.stringify(value), { mode: 0o600 })
        await rename(draft, path)
      } catch {}
    },
  }
}
