/** Generates the reference of the documents of `--json`, docs/json.md: `node package/json-page.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../infra/bundle.ts'
import { reportSchema } from '../mirror/documents.ts'
import { type DocumentName, type Key, openKeys, REPORT_TITLE } from './json-keys.ts'

export const JSON_PAGE = join(PROJECT_ROOT, 'docs', 'json.md')

/** Real documents, shortened. */
export const EXAMPLES = join(PROJECT_ROOT, 'docs', 'json')

const HEAD = `# The documents of \`--json\`

With \`--json\`, a command prints one JSON document to standard output, and text for people, such as progress, to standard
error. The exit status is the [same as without it](cli.md). \`npm run docs\` generates this page from the schemas that the
tests of the commands parse their output with; an unknown key fails them.

- A path has \`[]\` for each element of an array.
- A key that does not apply is missing, never \`null\`. The tables say what a missing key means; a key without such words is
  always there.
- Times are in UTC, in the form \`2026-11-30T04:15:00.000Z\`.
- An [outcome](runs.md), a status or the name of an error is for programs. Messages, warnings, notes and notices are
  sentences for people, and may be worded differently in any version.

## What may change

A minor version may add keys, and values of keys that have a list of values: ignore those that you do not know. Only a major
version, and before 1.0 a minor one, removes or renames a key, or changes its type, its unit or its meaning. Each such change
is in the [changelog](../CHANGELOG.md). The documents have no version of their own: they change with the program, whose version
\`--version\` prints.
`

interface Section {
  /** @default - the names of the documents */
  readonly title?: string
  /** Documents with the same schema. The first one has the example. */
  readonly names: readonly [DocumentName, ...DocumentName[]]
  /** What the document is, and where it is described further. */
  readonly about: string
}

export const SECTIONS: readonly Section[] = [
  {
    title: 'No result',
    names: ['error'],
    about:
      'What any command prints if it ends without its result, as for an invalid command line, without AWS credentials, or when it is interrupted. [Command line](cli.md) has the names with their exit statuses.',
  },
  {
    title: REPORT_TITLE,
    names: ['sync'],
    about:
      'The outcome of each pair. `sync` prints it; runs of the workflow also write it to the work bucket as `report.json` ([runs](runs.md#see-a-run)).',
  },
  { names: ['init'], about: 'The files that `init` wrote.' },
  { names: ['validate'], about: 'The mistakes of a list. The exit status is 2 if there are any.' },
  { names: ['plan'], about: 'What a run of a list would do.' },
  { names: ['tags'], about: 'The tags of a repository that filters select.' },
  { names: ['auth'], about: 'The credentials of each registry of a list, and whether they work.' },
  { names: ['copy'], about: 'The outcome of a copy for each target.' },
  { names: ['estimate'], about: 'The monthly cost of a list.' },
  {
    names: ['run'],
    about: `The [report](${anchorOf(REPORT_TITLE)}) of a run on this machine, with these keys in addition. \`npm start -- --json\` prints it too.`,
  },
  {
    names: ['start', 'follow', 'rerun'],
    about:
      'A run of the deployed mirror. With `--no-follow`, and after Ctrl-C, it is the state of a run that goes on.',
  },
  {
    names: ['status'],
    about: 'The latest runs, and the pairs that fail, from the [status of the mirror](status.md).',
  },
  { names: ['doctor'], about: 'What the checks found.' },
  { names: ['logs'], about: 'The log of the build of a pair.' },
  { names: ['subscribe'], about: 'The subscription of an address to the alerts.' },
]

const FOOT = `## Other output

\`import\` prints a list, \`target-account\` a CloudFormation template in JSON, and \`completion\` a script. They have no
\`--json\`.

Next: [start and see runs](runs.md)
`

/** Generates the page from the current schemas and examples. */
export function currentJsonPage(): string {
  const keysOf = openKeys()
  return [HEAD, ...SECTIONS.map((section) => sectionText(section, keysOf)), FOOT].join('\n')
}

function sectionText({ title, names, about }: Section, keysOf: (name: DocumentName) => Key[]): string {
  const [name] = names
  const keys = keysOf(name).filter(({ path }) => name !== 'run' || !isOfReport(path))
  return [
    `## ${title ?? listOf(names)}`,
    about,
    tableOf(keys),
    `\`\`\`json\n${exampleOf(name)}\`\`\`\n`,
  ].join('\n\n')
}

/** The document of `run` is a report with more keys. */
function isOfReport(path: string): boolean {
  const [first = ''] = path.split(/[.[]/)
  return first in reportSchema.shape
}

function listOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export function exampleOf(name: DocumentName): string {
  return readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')
}

function tableOf(keys: readonly Key[]): string {
  const rows = keys.map(({ path, type, unit, absent, meaning }) => [
    `\`${path}\``,
    unit === '' ? type : `${type}, ${unit}`,
    meaning,
    absent,
  ])
  return [['path', 'type', 'meaning', 'missing means'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return `#${heading.toLowerCase().replaceAll(' ', '-')}`
}

if (import.meta.main) writeFileSync(JSON_PAGE, currentJsonPage())
