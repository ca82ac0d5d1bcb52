// Is the fuzzer any good? Takes one check after the other out of a copy of the code, and expects it to go red:
// `node test/copy/fuzz/sabotage.ts`. Exits 1 when a sabotage goes unnoticed.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Sabotage {
  readonly name: string
  readonly file: string
  readonly replace: string
  readonly by: string
}

const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'a HEAD that refuses is the last word',
    file: 'registry/manifests/head.ts',
    replace:
      "return typeof told === 'string' ? describe(await getManifest(site, reference, signal, tries)) : told",
    by: "if (typeof told === 'string') throw new RegistryError('refused', { kind: 'notFound' })\n  return told",
  },
  {
    name: 'tags that are listed and missing are dropped',
    file: 'mirror/resolve/resolve-tags.ts',
    replace: 'failed: [...missing.failed, ...failed]',
    by: 'failed',
  },
  {
    name: 'tags that are blocked are dropped',
    file: 'mirror/resolve/resolve-tags.ts',
    replace: 'failed: [...missing.failed, ...failed]',
    by: 'failed: missing.failed',
  },
  {
    name: 'one tag that fails fails all',
    file: 'mirror/resolve/ask-tags.ts',
    replace: 'return { failure: failed(tag, error) }',
    by: 'throw error',
  },
  {
    name: 'a refused page size is an error',
    file: 'registry/manifests/tags.ts',
    replace: 'whole.href !== url.href && mayDislikeQuery(error)',
    by: 'whole.href === url.href && mayDislikeQuery(error)',
  },
  {
    name: 'a page that brings nothing ends the list',
    file: 'registry/manifests/pages.ts',
    replace: 'url = nextPage(response, first)',
    by: 'url = isNew ? nextPage(response, first) : undefined',
  },
  {
    name: 'a page that repeats ends the list',
    file: 'registry/manifests/pages.ts',
    replace: 'if (seen.has(url.href)) throw endless',
    by: 'if (seen.has(url.href)) return void endless',
  },
  {
    name: 'a Link without brackets ends the list',
    file: 'registry/manifests/link.ts',
    replace: "return target === '' ? []",
    by: "return target === '' || !first.startsWith('<') ? []",
  },
  {
    name: 'a Link without a target ends the list',
    file: 'registry/manifests/pages.ts',
    replace: "if (query === '') throw",
    by: "if (query === '') return undefined\n  if (query === undefined) throw",
  },
  {
    name: 'layers of a nondistributable type are left out, with urls or without',
    file: 'registry/model/manifest.ts',
    replace: 'return named && NON_DISTRIBUTABLE.test(mediaType)',
    by: 'return named !== undefined && NON_DISTRIBUTABLE.test(mediaType)',
  },
  {
    name: 'tags of artifacts that no image claims are left out',
    file: 'cli/copy/loose-tags.ts',
    replace: 'const names = available.filter((tag) => !isImageTag(tag)',
    by: 'const names = available.filter((tag) => isImageTag(tag) && !isImageTag(tag)',
  },
]

const ROOMS = [
  'registry',
  'mirror',
  'copy',
  'sync',
  'cli',
  'local',
  'lambdas',
  'store',
  'test',
  'package.json',
]
const CASES = '300'
const root = join(import.meta.dirname, '../../..')

/** Undefined: as the code is. */
function exitOf(sabotage: Sabotage | undefined): { readonly status: number | null; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sabotage-'))
  try {
    for (const room of ROOMS) cpSync(join(root, room), join(folder, room), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    if (sabotage !== undefined) apply(folder, sabotage)
    const program = join(folder, 'test/copy/fuzz/main.ts')
    const args = ['--disable-warning=ExperimentalWarning', program, '--cases', CASES, '--until-found']
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    return { status, said: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function apply(folder: string, { file, replace, by }: Sabotage): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(replace)) throw new Error(`${file} has no "${replace}" any more: mend this sabotage`)
  writeFileSync(
    path,
    text.replace(replace, () => by),
  )
}

const untouched = exitOf(undefined)
console.log(`untouched: ${untouched.status === 0 ? 'green, as it should be' : `RED\n${untouched.said}`}`)
if (untouched.status !== 0) process.exitCode = 1
for (const sabotage of SABOTAGES) {
  const { status, said } = exitOf(sabotage)
  const found = said.split('\n').find((line) => line.includes('FOUND:'))
  // A program that breaks in another way has not noticed anything.
  const isRed = status === 1 && found !== undefined
  console.log(`${sabotage.name}: ${isRed ? `red, as it should be\n${found}` : `NOT NOTICED\n${said}`}`)
  if (!isRed) process.exitCode = 1
}
