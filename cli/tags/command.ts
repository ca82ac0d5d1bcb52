/** Defines the command `tags`: argument, flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { formatReference, type ImageRef, type RepositoryRef } from '../../registry/model/reference.ts'
import { amountOf, defineCommand, imageOf, moreHelp } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

export interface TagsOptions {
  readonly source: RepositoryRef
  /** Not checked yet. */
  readonly filters: object
  readonly json: boolean
}

const MORE = `
The filters are the keys of "tags" in a list, and apply in the same order. Standard output has the selected tags, one
per line; standard error has how many tags each filter dropped. Credentials are those of "docker login", as for "copy".

Examples:
  npx image-mirror tags docker.io/grafana/grafana --semver '>=11' --latest 3
  npx image-mirror tags alpine --variant slim --exclude '/^edge/'
  npx image-mirror tags --json redis --include '/^7\\./' --min 5

Exit status: 0 success, 1 fewer than --min tags are selected or an exact tag is missing, 2 invalid usage, 4 the source
cannot be read, 130 interrupted.`

export function tagsCommand(choose: (options: TagsOptions) => void): CommandUnknownOpts {
  return defineCommand('tags')
    .summary('lists the tags of a repository that filters select')
    .description('Lists the tags of a repository that filters select, and explains what dropped the others.')
    .argument('<repository>', 'repository, such as docker.io/library/redis', imageOf)
    .option(
      '--include <pattern>',
      'an exact tag, or a regular expression between slashes; may be repeated',
      several,
    )
    .option('--exclude <pattern>', 'tags to leave out, written as with --include; may be repeated', several)
    .option('--semver <range>', "a version range, such as '>=1.2 <3'; of several, one must match", several)
    .option('--variant <suffix>', 'a suffix of versions, such as alpine; may be repeated', several)
    .option('--latest <n>', 'only so many of the newest tags', amountOf('--latest'))
    .addOption(
      new Option('--by <order>', 'what makes a tag the newest').choices(['version', 'date', 'name'] as const),
    )
    .option('--min <n>', 'how many tags must be selected at least (default: 1)', amountOf('--min'))
    .option('--json', 'print a JSON document')
    .addHelpText('after', moreHelp(MORE))
    .action((source, { json = false, ...filters }) => choose({ source: repositoryOf(source), filters, json }))
}

/** Takes one value per flag. A flag with several values would also take the repository. */
function several(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

function repositoryOf(image: ImageRef): RepositoryRef {
  const { registry, repository, tag, digest } = image
  if (tag === undefined && digest === undefined) return { registry, repository }
  throw new UsageError(`${formatReference(image)}: give the repository without a tag or digest`)
}
