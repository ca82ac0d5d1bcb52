/** Defines the command `sync`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { amountOf, defineCommand, inputOf, moreHelp, pathOf } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

export interface SyncOptions {
  /** Its path, or `-` for standard input. */
  readonly list: string
  /** The pairs to mirror. @default - all */
  readonly only?: readonly WantedPair[] | undefined
  readonly dryRun: boolean
  readonly json: boolean
  /** The file for the report's page. @default - no page */
  readonly report?: string | undefined
  /** Whether to keep on this machine what saves requests in the next run. */
  readonly cache: boolean
  /** How long an image may wait for rate limits, in all. */
  readonly maxWaitMinutes: number
}

/** An image of the list, at one of its targets or at all of them. */
export interface WantedPair {
  readonly image: string
  readonly target?: string
}

const DESCRIPTION = `Mirrors the images of a list from this machine, in one process and without a deployment. It copies only what targets lack, reads each source once for all targets, and sends a layer that images share once to each registry.`

const MORE = `
Targets are the list's "regions" (ECR, with the AWS credentials that the aws command uses) and its "targets". A list
with other registries only needs no AWS account. Credentials come from "docker login" and "podman login", as for
"copy"; secrets that the list names belong to AWS and are not read.

It may be interrupted or killed at any time: the next "sync" copies the rest. Two of them at the same time, or one
beside the deployed mirror, do no harm: they write the same content, and some of it twice.

If a registry limits requests, an image waits as long as the registry asks, for at most --max-wait minutes in all.
Then it is deferred, and the next "sync" continues with it.

Examples:
  npx image-mirror sync mirror.yaml
  npx image-mirror sync --dry-run mirror.yaml       what it would copy
  npx image-mirror sync --only docker.io/library/redis:7.4@harbor mirror.yaml
  npx image-mirror sync --json - < mirror.yaml > report.json

Exit status: 0 all pairs are in sync, 1 a pair failed or is deferred, 2 invalid list or usage, 3 with --dry-run:
something to do, 4 a list in AWS cannot be read or, if all targets are in ECR, there are no AWS credentials, 130
interrupted.`

const DEFAULT_MAX_WAIT_MINUTES = 10

export function syncCommand(choose: (options: SyncOptions) => void): CommandUnknownOpts {
  return defineCommand('sync')
    .summary('mirrors a list from this machine, without a deployment')
    .description(DESCRIPTION)
    .argument('[list]', 'list of images; - reads it from standard input', inputOf('the list'), 'mirror.yaml')
    .option(
      '--only <image[@target]>',
      'mirror only this image of the list; repeat the flag for more',
      pairsOf,
    )
    .option('--dry-run', 'compare, and copy nothing')
    .option('--max-wait <minutes>', 'longest wait of an image for rate limits', amountOf('--max-wait'))
    .option('--no-cache', 'keep nothing for the next run; it then may read more from sources')
    .option('--report <file>', 'write the report as an HTML page', pathOf('--report'))
    .option('--json', 'print the report as JSON to standard output, and everything else to standard error')
    .addHelpText('after', moreHelp(MORE))
    .action((list, { dryRun = false, json = false, only, report, cache, maxWait }) =>
      choose({
        list,
        only,
        dryRun,
        json,
        report,
        cache,
        maxWaitMinutes: maxWait ?? DEFAULT_MAX_WAIT_MINUTES,
      }),
    )
}

/** A digest also follows an `@`: `redis@sha256:…@harbor`. */
export function pairsOf(text: string, before: readonly WantedPair[] = []): readonly WantedPair[] {
  const at = text.lastIndexOf('@')
  const target = at < 0 ? '' : text.slice(at + 1)
  if (at === 0 || text.endsWith('@')) throw new UsageError(`--only: "${text}" is not IMAGE or IMAGE@TARGET`)
  const pair = target === '' || target.includes(':') ? { image: text } : { image: text.slice(0, at), target }
  return [...before, pair]
}
