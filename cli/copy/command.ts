/** Defines the command `copy`: arguments, flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { platformProblem, wantedPlatforms } from '../../mirror/platforms/platform.ts'
import { formatReference, type ImageRef } from '../../registry/model/reference.ts'
import { defineCommand, imageOf, moreHelp } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

export interface CopyOptions {
  readonly source: ImageRef
  readonly targets: readonly ImageRef[]
  readonly allTags: boolean
  readonly artifacts: boolean
  readonly create: boolean
  readonly dryRun: boolean
  readonly json: boolean
  /** @default - all platforms */
  readonly platforms?: readonly string[] | undefined
  readonly as?: 'index' | 'manifest' | undefined
}

const DESCRIPTION = `Copies an image with all its platforms, signatures and SBOMs, and with the same digest, from one registry to one or more others. It skips content that a target already has, and reads the source once for all targets. Targets are independent: a slow or failed one does not affect the others.`

const MORE = `
Loopback addresses (127.0.0.1:5000/team/app:1.2) use plain HTTP; all others use HTTPS.

Credentials come from "docker login" and "podman login" ($REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json,
$XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json, ~/.docker/config.json, and the credential
helpers that these files name). For ECR, they are the AWS credentials that the aws command uses.
To trust a private certificate authority, set $NODE_EXTRA_CA_CERTS to a file with its certificate.

Examples:
  npx image-mirror copy redis:7.4 ghcr.io/team/redis
  npx image-mirror copy --create ghcr.io/team/app:1.2 \\
    123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app
  npx image-mirror copy --all-tags quay.io/team/app \\
    127.0.0.1:5000/team/app ghcr.io/team/app
  npx image-mirror copy --platform linux/amd64,linux/arm64 \\
    redis:7.4 ghcr.io/team/redis
  npx image-mirror copy --dry-run --json redis@sha256:… ghcr.io/team/redis:7.4

Exit status, also with --dry-run: 0 all targets hold the image, 1 a target does not, 2 invalid usage, 130 interrupted.`

const DEFAULT_TAG = 'latest'

export function copyCommand(choose: (options: CopyOptions) => void): CommandUnknownOpts {
  return defineCommand('copy')
    .summary('copies an image from one registry to others')
    .description(DESCRIPTION)
    .argument(
      '<source>',
      'image to copy, such as docker.io/library/redis:7.4; the default tag is "latest"',
      imageOf,
    )
    .argument('<target...>', "image to write; without a tag, it gets the source's", imagesOf)
    .option(
      '-a, --all-tags',
      "copy all tags of the source's repository; give SOURCE and TARGET without a tag",
    )
    .option(
      '--no-artifacts',
      'skip signatures, SBOMs and other referrers of the image; with --all-tags, also skip tags of the form sha256-<hex>',
    )
    .option(
      '--platform <platform>',
      'copy only these platforms, as an index with a digest of its own; repeat the flag, or separate platforms by commas',
      platformsOf,
    )
    .addOption(
      new Option('--as <form>', 'copy the one platform as an index or as its plain manifest').choices([
        'index',
        'manifest',
      ] as const),
    )
    .option('--create', 'create missing ECR repositories')
    .option('--dry-run', 'report what each target lacks, without writes; may take counted pulls')
    .option('--json', 'print only a JSON document to standard output')
    .addHelpText('after', moreHelp(MORE))
    .action(
      (source, targets, { allTags = false, create = false, dryRun = false, json = false, ...given }) => {
        const { artifacts, platform: platforms, as } = given
        checkForm(platforms, as)
        choose({
          ...checked(source, targets, allTags),
          ...{ allTags, artifacts, create, dryRun, json, platforms, as },
        })
      },
    )
}

/** @throws {UsageError} if the references contradict each other or a flag */
function checked(source: ImageRef, targets: readonly ImageRef[], allTags: boolean) {
  if (allTags) checkNoTags([source, ...targets])
  const tag = source.tag ?? (source.digest === undefined && !allTags ? DEFAULT_TAG : undefined)
  const tagged = tag === undefined ? source : { ...source, tag }
  const wanted = targets.map((target) => withTag(target, tag))
  checkTargets(tagged, wanted)
  return { source: tagged, targets: wanted }
}

function imagesOf(text: string, before: readonly ImageRef[] = []): readonly ImageRef[] {
  return [...before, imageOf(text)]
}

function platformsOf(text: string, before: readonly string[] = []): readonly string[] {
  const platforms = text.split(',').map((one) => one.trim())
  for (const one of platforms) {
    const problem = platformProblem(one)
    if (problem !== undefined) throw new UsageError(`--platform: "${one}" ${problem}`)
  }
  return [...before, ...platforms]
}

function checkForm(platforms: readonly string[] | undefined, as: CopyOptions['as']): void {
  if (as !== 'manifest' || wantedPlatforms(platforms)?.length === 1) return
  throw new UsageError('--as manifest needs exactly one --platform')
}

function withTag(target: ImageRef, tag: string | undefined): ImageRef {
  if (target.digest !== undefined) {
    throw new UsageError(
      `${formatReference(target)}: a target takes its digest from the source; remove "@${target.digest}"`,
    )
  }
  return target.tag !== undefined || tag === undefined ? target : { ...target, tag }
}

function checkNoTags(references: readonly ImageRef[]): void {
  const tagged = references.find(({ tag, digest }) => tag !== undefined || digest !== undefined)
  if (tagged === undefined) return
  throw new UsageError(
    `--all-tags copies whole repositories; write ${formatReference(tagged)} without its tag`,
  )
}

function checkTargets(source: ImageRef, targets: readonly ImageRef[]): void {
  const seen = new Set<string>()
  for (const target of targets) {
    const name = formatReference(target)
    if (name === formatReference(source)) throw new UsageError(`${name} is both the source and a target`)
    if (seen.has(name)) throw new UsageError(`${name} is given as a target twice`)
    seen.add(name)
  }
}
