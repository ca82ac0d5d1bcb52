// Sabotages a copy of the code and expects a checking program to notice: it must pass for the original code, and fail
// for each sabotage.
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
  /**
   * The checking program, as a path relative to the project, and its arguments. It exits with 0 if it finds no fault,
   * and with 1 otherwise.
   */
  readonly command: readonly string[]
  /** Text of a finding. A program that fails without it has not noticed the sabotage. */
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

/** @throws if the code no longer contains the text to replace */
function apply(folder: string, { file, replace, by }: Sabotage): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(replace)) throw new Error(`${file} no longer has "${replace}"; update this sabotage`)
  writeFileSync(
    path,
    text.replace(replace, () => by),
  )
}
