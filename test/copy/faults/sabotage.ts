// Are the reliability figures any good? Breaks the copier on purpose, in a copy of it, and expects them to go red:
// `node test/copy/faults/sabotage.ts`. Exits 1 when a sabotage goes unnoticed.
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
    name: 'blobs are not checked against their digest',
    file: 'registry/model/verify.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is code, not text
    replace: 'if (digest.endsWith(`:${actual}`)) return',
    by: 'if (actual !== undefined) return',
  },
  {
    name: 'manifests are not checked against their digest',
    file: 'registry/manifests/get.ts',
    replace: 'if (isDigest(reference) && digest !== reference) {',
    by: 'if (reference === undefined) {',
  },
  {
    name: 'the tag is written first',
    file: 'copy/copy.ts',
    replace: 'const missing = await bringMissing(',
    by: `if (tag !== undefined) {
      const read = await started.places.manifest(root.digest)
      await started.target.repository.putManifest(read, tag)
    }
    const missing = await bringMissing(`,
  },
  {
    name: 'the error of a part is swallowed',
    file: 'copy/attempt.ts',
    replace: 'if (failures.length === 0) return values',
    by: 'if (failures.length >= 0) return values',
  },
]

const ROOMS = ['registry', 'mirror', 'copy', 'sync', 'local', 'test', 'package.json']
const COPIES = '400'
const root = join(import.meta.dirname, '../../..')

function figuresOf(sabotage: Sabotage | undefined): {
  readonly status: number | null
  readonly said: string
} {
  const folder = mkdtempSync(join(tmpdir(), 'sabotage-'))
  try {
    for (const room of ROOMS) cpSync(join(root, room), join(folder, room), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    if (sabotage) apply(folder, sabotage)
    const program = join(folder, 'test/copy/faults/main.ts')
    const { status, stdout } = spawnSync(process.execPath, [program, COPIES], { encoding: 'utf8' })
    return { status, said: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function apply(folder: string, { file, replace, by }: Sabotage): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(replace)) throw new Error(`${file} has no "${replace}" any more: mend this sabotage`)
  writeFileSync(path, text.replace(replace, by))
}

const untouched = figuresOf(undefined)
console.log(`untouched: ${untouched.status === 0 ? 'green, as it should be' : `RED\n${untouched.said}`}`)
if (untouched.status !== 0) process.exitCode = 1
for (const sabotage of SABOTAGES) {
  const { status, said } = figuresOf(sabotage)
  console.log(`${sabotage.name}: ${status === 0 ? 'NOT NOTICED' : 'red, as it should be'}`)
  for (const line of said.split('\n').filter((one) => one.includes('MISSED'))) console.log(line)
  if (status === 0) process.exitCode = 1
}
