/**
 * Computes one digest of all inputs of the synthesis: the sources of the template and the bundles, the packages, the
 * Node version and the list. Equal inputs produce equal cloud assemblies.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { List } from '../../mirror/list/config.ts'

const PROJECT_ROOT = join(import.meta.dirname, '../..')
const ROOMS = ['copy', 'infra', 'lambdas', 'mirror', 'registry', 'statemachine', 'store', 'sync']
const FILES = ['cdk.json', 'package-lock.json']

export async function digestOfInputs(list: List, root = PROJECT_ROOT): Promise<string> {
  const listings = ROOMS.map((room) => readdir(join(root, room), { recursive: true, withFileTypes: true }))
  const sources = (await Promise.all(listings))
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const paths = [...sources, ...FILES.map((file) => join(root, file))].sort()
  const hash = createHash('sha256').update(JSON.stringify([process.version, list, paths]))
  // Reads files in sequence: some systems limit a process to 256 open files.
  for (const path of paths) {
    const content = await readFile(path)
    hash.update(`${content.length} `).update(content)
  }
  return hash.digest('hex')
}
