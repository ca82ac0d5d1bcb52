/** Defines the command `import`: argument, flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { Region } from '../../mirror/list/config.ts'
import { defineCommand, moreHelp, pathOf } from '../program/define.ts'
import { regionOf } from '../program/region.ts'
import { FORMAT_NAMES, type FormatName } from './format-names.ts'

export interface ImportCommandOptions {
  readonly source: string
  readonly from?: FormatName
  readonly out?: string
  readonly force: boolean
  readonly strict: boolean
  readonly regions?: readonly Region[]
}

const MORE = `
Standard output has the list, with a comment at the place of all that has no counterpart; standard error has the same
notes with the lines of the file. No credentials are copied. Compare the list with "image-mirror plan".

Examples:
  npx image-mirror import regsync.yml --out mirror.yaml
  npx image-mirror import --from skopeo sync.yaml --region eu-west-1
  aws dynamodb scan --table-name mirror > table.json
  npx image-mirror import table.json

Exit status: 0 success, 1 with --strict if something has no counterpart, 2 the file cannot be imported.`

export function importCommand(choose: (options: ImportCommandOptions) => void): CommandUnknownOpts {
  return defineCommand('import')
    .summary("turns another tool's list into a list")
    .description("Turns another tool's list into a list of this one, and says what has no counterpart.")
    .argument('<file>', "the other tool's list", pathOf('the file'))
    .addOption(
      new Option('--from <format>', 'its format (default: recognised by its shape)').choices(FORMAT_NAMES),
    )
    .option('--region <region>', 'a region in place of those of the file; may be repeated', regionsOf)
    .option('--out <path>', 'write the list to a file that does not exist yet', pathOf('--out'))
    .option('--force', 'with --out, overwrite an existing file')
    .option('--strict', 'exit with status 1 if something has no counterpart')
    .addHelpText('after', moreHelp(MORE))
    .action((source, { region, force = false, strict = false, ...options }) =>
      choose({ ...options, source, force, strict, ...(region && { regions: region }) }),
    )
}

function regionsOf(text: string, before: readonly Region[] = []): Region[] {
  return [...new Set([...before, regionOf('--region', text)])]
}
