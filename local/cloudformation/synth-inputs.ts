/**
 * What the synthesis is made of, as one digest: the sources of all rooms that end in the template or in a bundle,
 * the packages, the version of Node, and the list. The same inputs give the same cloud assembly.
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
  // One after the other: together they are more than the 256 files that some systems let a process open.
  for (const path of paths) {
    const content = await readFile(path)
    hash.update(`${content.length} `).update(content)
  }
  return hash.digest('hex')
}
