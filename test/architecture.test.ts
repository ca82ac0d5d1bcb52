// The rules of the project's layout: imports between rooms, no circular imports, and the sizes of files and folders.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const ROOMS = [
  'infra',
  'statemachine',
  'lambdas',
  'sync',
  'mirror',
  'copy',
  'registry',
  'store',
  'signatures',
  'local',
  'estimate',
  'cli',
]

/** Room -> its permitted imports: rooms or single files. A room may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  registry: [],
  mirror: [
    'registry/model/reference',
    'registry/model/manifest',
    'registry/model/media-type',
    'registry/model/digest',
    'registry/model/foreign-error',
    'registry/model/json',
    'registry/model/registry',
    'registry/ecr/ecr-host',
    'registry/http/certificates',
    // Keys are read when the list is.
    'signatures/public-key',
    'signatures/trust-root',
  ],
  signatures: ['mirror', 'registry/model', 'registry/http/proxy'],
  // S3 is reached with the same proxy settings as registries.
  store: ['mirror', 'registry/http/proxy', 'registry/model/foreign-error'],
  copy: [
    'registry',
    'mirror/contract',
    'mirror/documents',
    'mirror/error-name',
    'mirror/failed-tags',
    'mirror/failure',
  ],
  sync: ['copy', 'mirror', 'registry', 'store'],
  lambdas: ['mirror', 'registry', 'signatures', 'store'],
  statemachine: ['mirror/contract', 'mirror/aws-error-name', 'mirror/error-name'],
  // Policies depend on the list's entries and on ECR's hosts. Programs receive registry settings by name.
  infra: [
    'statemachine',
    'mirror',
    'registry/ecr/ecr-host',
    'registry/model/settings',
    'registry/encode-settings',
    'registry/http/certificates',
  ],
  local: ['mirror', 'registry', 'store', 'infra'],
  estimate: ['mirror/function-memory', 'mirror/metric-names'],
  cli: [
    'mirror',
    'registry',
    'signatures',
    'copy',
    'sync',
    'local',
    'estimate',
    'store/lists',
    'store/write-changes',
  ],
}
/** Type imports have no run-time cost: the domain refers to the port's types, not to the client. */
const MAY_IMPORT_TYPES: Record<string, readonly string[]> = {
  mirror: ['registry/model/errors'],
}
const MAY_USE_CDK = ['infra', 'statemachine', 'local']
const MAX_LINES = 300
const MAX_MEDIAN = 100
const MAX_FILES = 20

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
  /** Loaded when the code gets there, not at the start. */
  readonly dynamic: boolean
}

function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name).split(sep).join('/'))
}

/** All imports of a file, static and dynamic. Relative ones become paths from the root, without `.ts`. */
function importsOf(file: string, text = readFileSync(join(root, file), 'utf8')): Import[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*()['"]([^'"]+)['"]|\bimport\s*\(\s*()['"]([^'"]+)['"]/gm,
  )
  return [...found].map((match) => {
    const target = match[2] ?? match[4] ?? match[6] ?? ''
    const path = target.startsWith('.') ? relative('.', normalize(join(dirname(file), target))) : target
    const name = path.split(sep).join('/').replace(/\.ts$/, '')
    return { file, target: name, typeOnly: Boolean(match[1]), dynamic: match[6] !== undefined }
  })
}

function violations(imports: readonly Import[]): string[] {
  return imports.filter((one) => !allowed(one)).map((one) => `${one.file} imports ${one.target}`)
}

function allowed({ file, target, typeOnly }: Import): boolean {
  const room = roomOf(file)
  if (target === 'aws-cdk-lib' || target.startsWith('aws-cdk-lib/')) return MAY_USE_CDK.includes(room)
  const other = roomOf(target)
  if (!ROOMS.includes(other) || other === room) return !target.startsWith('test/')
  const granted = [...(MAY_IMPORT[room] ?? []), ...(typeOnly ? (MAY_IMPORT_TYPES[room] ?? []) : [])]
  return granted.some((grant) => target === grant || target.startsWith(`${grant}/`))
}

/** Files that import each other, directly or indirectly. Each circle is the path back to its first file. */
function circles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ file }) => file.replace(/\.ts$/, ''))
  const done = new Set<string>()
  const found: string[] = []
  function visit(file: string, way: readonly string[]): void {
    const seen = way.indexOf(file)
    if (seen >= 0) found.push([...way.slice(seen), file].join(' -> '))
    if (seen >= 0 || done.has(file)) return
    for (const { target } of next.get(file) ?? []) visit(target, [...way, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return found
}

/** How the start of a file loads a package: the files on the way there. */
function wayTo(name: string, file: string): readonly string[] | undefined {
  const ways = new Map<string, readonly string[]>([[file, [file]]])
  for (const [from, way] of ways) {
    for (const { target, typeOnly, dynamic } of importsOf(from)) {
      if (typeOnly || dynamic) continue
      if (target === name || target.startsWith(`${name}/`)) return [...way, target]
      const next = `${target}.ts`
      if (!ways.has(next) && existsSync(join(root, next))) ways.set(next, [...way, next])
    }
  }
  return undefined
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? ''
}

test('every room is known to these rules', () => {
  expect(Object.keys(MAY_IMPORT).sort()).toEqual([...ROOMS].sort())
})

test('the map in CONTRIBUTING has every room', () => {
  const map = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  expect(ROOMS.filter((room) => !map.includes(`\n| \`${room}/\` |`))).toEqual([])
})

test.each(ROOMS)('%s imports only what it may', (room) => {
  expect(violations(sources(room).flatMap((file) => importsOf(file)))).toEqual([])
})

test('an import that crosses the rooms is noticed, in whatever form it is written', () => {
  const forbidden = [
    "import { Stack } from 'aws-cdk-lib'",
    "import { x } from '../copy/copy.ts'",
    "import {\n  x,\n  y,\n} from '../lambdas/plan.ts'",
    "import '../local/stepfunctions/engine.ts'",
    "const x = await import('../infra/app.ts')",
    "export { x } from '../registry/client.ts'",
  ]
  for (const text of forbidden) expect(violations(importsOf('mirror/plan.ts', text)), text).toHaveLength(1)
  const granted = [
    "import { parseReference } from '../registry/model/reference.ts'",
    "import { z } from 'zod'",
  ]
  for (const text of granted) expect(violations(importsOf('mirror/plan.ts', text)), text).toEqual([])
})

test('the domain takes types of the port, and nothing else of it', () => {
  const types = "import type { Repository } from '../registry/model/registry.ts'"
  const value = "import { RegistryError } from '../registry/model/errors.ts'"
  expect(violations(importsOf('mirror/diff.ts', types))).toEqual([])
  expect(violations(importsOf('mirror/diff.ts', value))).toEqual([
    'mirror/diff.ts imports registry/model/errors',
  ])
})

test('no files import each other, be it for types alone or by way of others', () => {
  const imports = [...ROOMS, 'test', 'bench'].flatMap(sources).flatMap((file) => importsOf(file))
  const advice =
    'files that import in a circle: move what they share to the one that owns it, or to a file of its own'
  expect(circles(imports), advice).toEqual([])
})

test.each(['cli/main.ts', 'cli/program/package-main.ts', 'cli/copy.ts'])(
  '%s starts without the schema of a list, which takes longer to load than all the rest',
  (file) => {
    expect(wayTo('zod', file)).toBeUndefined()
    expect(wayTo('zod', 'cli/validate.ts')).toBeDefined()
  },
)

test('a circle is noticed, however long, and a file that two others need is none', () => {
  const imports = (files: Readonly<Record<string, string>>) =>
    Object.entries(files).flatMap(([file, text]) => importsOf(file, text))
  const pair = { 'cli/a.ts': "import { b } from './b.ts'", 'cli/b.ts': "import type { A } from './a.ts'" }
  expect(circles(imports(pair))).toEqual(['cli/a -> cli/b -> cli/a'])
  const three = { 'cli/b.ts': "export { c } from '../sync/c.ts'", 'sync/c.ts': "await import('../cli/a.ts')" }
  expect(circles(imports({ ...pair, ...three }))).toEqual(['cli/a -> cli/b -> sync/c -> cli/a'])
  const shared = {
    'cli/a.ts': "import './b.ts'\nimport './c.ts'",
    'cli/b.ts': "import './c.ts'",
    'cli/c.ts': '',
  }
  expect(circles(imports(shared))).toEqual([])
})

test('the domain knows neither AWS, nor HTTP, nor the disk', () => {
  const outside = sources('mirror')
    .flatMap((file) => importsOf(file))
    .filter(({ target }) => target.startsWith('@aws-sdk/') || target.startsWith('node:'))
  expect(outside).toEqual([])
})

test(`no file is longer than ${MAX_LINES} lines, and half of them are under ${MAX_MEDIAN}`, () => {
  const lengths = [...ROOMS, 'test', 'bench'].flatMap((room) =>
    sources(room).map((file) => ({
      file,
      lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1,
    })),
  )
  expect(lengths.filter(({ lines }) => lines > MAX_LINES)).toEqual([])
  const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(MAX_MEDIAN)
})

test(`no folder has more than ${MAX_FILES} source files`, () => {
  const folders = Map.groupBy(ROOMS.flatMap(sources), dirname)
  const large = [...folders].map(([folder, files]) => ({ folder, files: files.length }))
  expect(large.filter(({ files }) => files > MAX_FILES)).toEqual([])
})

test('every source file says in its first lines what it is responsible for', () => {
  const silent = ROOMS.flatMap(sources).filter(
    (file) => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(silent).toEqual([])
})
