// Breaks a copy of the code on purpose and expects a program that judges the code to notice: the untouched code has to pass,
// and each sabotage has to make the program fail.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Sabotage {
  readonly name: string
  readonly file: string
  readonly replace: string
  readonly by: string
}

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
const ROOT = join(import.meta.dirname, '..', '..')

export interface Judge {
  /** The program and its arguments, by its path from the project. It exits with 0 if it finds nothing wrong, else with 1. */
  readonly command: readonly string[]
  /** What the line of a finding contains. A program that breaks in another way has noticed nothing. */
  readonly finding: string
}

export function expectNoticed(sabotages: readonly Sabotage[], { command, finding }: Judge): void {
  const untouched = judged(command)
  console.log(`untouched: ${untouched.status === 0 ? 'green, as expected' : `RED\n${untouched.output}`}`)
  if (untouched.status !== 0) process.exitCode = 1
  for (const sabotage of sabotages) {
    const { status, output } = judged(command, sabotage)
    const found = output.split('\n').find((line) => line.includes(finding))
    const isRed = status === 1 && found !== undefined
    console.log(`${sabotage.name}: ${isRed ? `red, as expected\n${found}` : `NOT NOTICED\n${output}`}`)
    if (!isRed) process.exitCode = 1
  }
}

function judged([program = '', ...args]: readonly string[], sabotage?: Sabotage) {
  const folder = mkdtempSync(join(tmpdir(), 'sabotage-'))
  try {
    for (const room of ROOMS) cpSync(join(ROOT, room), join(folder, room), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    if (sabotage !== undefined) apply(folder, sabotage)
    const flags = ['--disable-warning=ExperimentalWarning', join(folder, program), ...args]
    const { status, stdout } = spawnSync(process.execPath, flags, { encoding: 'utf8' })
    return { status, output: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @throws if the code has changed, so that the sabotage has nothing to replace */
function apply(folder: string, { file, replace, by }: Sabotage): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(replace)) throw new Error(`${file} no longer has "${replace}"; update this sabotage`)
  writeFileSync(
    path,
    text.replace(replace, () => by),
  )
}
