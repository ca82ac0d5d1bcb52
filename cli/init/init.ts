/** Implements the command `init`: writes the files of a CDK app, unless one of them exists. */
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteForShell } from '../../mirror/shell.ts'
import { UsageError } from '../program/usage-error.ts'
import { asTyped } from '../run/typed.ts'
import { printJson, printLines } from '../terminal/print.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { InitOptions } from './command.ts'
import { appFiles } from './files.ts'

/**
 * Returns the exit status.
 * @throws UsageError if a file exists, before anything is written
 */
export async function init({ folder, json }: InitOptions, { stdout }: Terminal): Promise<number> {
  const files = appFiles()
  const present = await existing(folder, Object.keys(files))
  if (present.length > 0)
    throw new UsageError(
      `${asTyped(folder)} already has ${present.join(', ')}, and init overwrites nothing; give another folder`,
    )
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: 'wx' })
  const place = asTyped(folder)
  if (json) printJson(stdout, { folder: place, files: Object.keys(files) })
  else printLines(stdout, nextSteps(place, Object.keys(files)))
  return 0
}

async function existing(folder: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) =>
      access(join(folder, name)).then(
        () => [name],
        () => [],
      ),
    ),
  )
  return found.flat()
}

function nextSteps(place: string, names: readonly string[]): string[] {
  return [
    `Wrote ${names.join(', ')}`,
    '',
    'Edit mirror.yaml, and then:',
    `  ${place === '.' ? '' : `cd ${quoteForShell(place)} && `}npm install`,
    '  npx cdk bootstrap    once for each account and region',
    '  npx cdk deploy',
  ]
}
