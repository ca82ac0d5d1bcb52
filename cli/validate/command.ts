/** Defines the command `validate`: argument, flag and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand, inputOf, moreHelp, pathOf } from '../program/define.ts'

export interface ValidateOptions {
  readonly list: string
  /** The list whose `imagesFrom` names the images that are checked. @default - a complete list is checked */
  readonly for?: string
  readonly json: boolean
}

const MORE = `
Each mistake is one line on standard output: file, line, key, and what to write instead. With --json, the document is
{"file", "valid", "problems": [{"line", "key", "message"}]}, with "warnings" if what is valid may not be meant. No registry
is asked; "image-mirror plan" does that.

Examples:
  npx image-mirror validate mirror.yaml
  npx image-mirror validate --json lists/tools.yaml
  npx image-mirror validate images.yaml --for mirror.yaml

Exit status: 0 the list is valid, 2 it is not, or its file cannot be read, 4 it is in AWS and cannot be read.`

export function validateCommand(choose: (options: ValidateOptions) => void): CommandUnknownOpts {
  return defineCommand('validate')
    .summary('checks a list without any request')
    .description('Checks a list without any request, and reports all of its mistakes at once.')
    .argument('[list]', 'list of images; - reads it from standard input', inputOf('the list'), 'mirror.yaml')
    .option(
      '--for <list>',
      'check images for a place that this list names ("imagesFrom"), within its bounds',
      pathOf('--for'),
    )
    .option('--json', 'print a JSON document')
    .addHelpText('after', moreHelp(MORE))
    .action((list, { json = false, for: deployed }) =>
      choose({ list, json, ...(deployed === undefined ? {} : { for: deployed }) }),
    )
}
