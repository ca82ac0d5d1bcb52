/** Implements the command `init`: writes the files of a CDK app, unless one of them exists. */
import { access, realpath, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { makeFolder } from '../../local/state/make-folder.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import { quoteForShell } from '../../mirror/shell.ts'
import manifest from '../../package.json' with { type: 'json' }
import { asTyped } from '../run/typed.ts'
import { printJson, printLines } from '../terminal/print.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { InitOptions } from './command.ts'
import { appFiles } from './files.ts'
import { type Origin, originOf, ownFolder } from './origin.ts'
import type { InitDocument } from './schema.ts'

/** The command line in a clone also starts with an older Node, and the app does not. */
const [OLDEST_NODE] = /\d+/.exec(manifest.engines.node) ?? []

/**
 * Returns the exit status.
 * @param root - the folder of this package
 * @throws InvalidInput if a file exists, before anything is written
 */
export async function init(
  { folder, json }: InitOptions,
  { stdout }: Terminal,
  root = ownFolder(),
): Promise<number> {
  await openFolder(folder)
  const origin = await originOf(root)
  const files = appFiles(
    origin ? `file:${relative(await realpath(folder), origin.tarball)}` : manifest.version,
  )
  const present = await existing(folder, Object.keys(files))
  const place = asTyped(folder)
  if (present.length > 0)
    throw namedError(
      ErrorName.InvalidInput,
      `${place === '.' ? 'this folder' : place} already has ${present.join(', ')}, and init overwrites nothing; give another folder`,
    )
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: 'wx' })
  if (json) printJson(stdout, { folder: place, files: Object.keys(files) } satisfies InitDocument)
  else printLines(stdout, nextSteps(place, Object.keys(files), origin))
  return 0
}

async function openFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error
    const exists = await access(folder).then(
      () => true,
      () => false,
    )
    const wrong = exists ? 'is a file' : 'is below a file'
    throw namedError(ErrorName.InvalidInput, `${asTyped(folder)} ${wrong}; give the name of a folder`, error)
  }
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

function nextSteps(place: string, names: readonly string[], origin: Origin | undefined): string[] {
  return [
    `Wrote ${names.join(', ')}`,
    '',
    `Edit mirror.yaml, and then, with Node ${OLDEST_NODE} or later:`,
    ...(origin?.clone === undefined ? [] : [`  (cd ${quoteForShell(origin.clone)} && npm pack)`]),
    `  ${place === '.' ? '' : `cd ${quoteForShell(place)} && `}npm install`,
    '  npx cdk bootstrap    once for each account and region',
    '  npx cdk deploy',
  ]
}
