/** Defines the command `copy`: its flags and references, their meaning, and its help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import {
  formatReference,
  type ImageRef,
  InvalidReference,
  parseReference,
} from '../../registry/model/reference.ts'
import { defineCommand } from '../define.ts'
import { UsageError } from '../usage-error.ts'

export interface CopyOptions {
  readonly source: ImageRef
  readonly targets: readonly ImageRef[]
  readonly allTags: boolean
  readonly artifacts: boolean
  readonly create: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const DESCRIPTION = `Copies an image, with every platform, signature and SBOM of it and with the same digest, from any registry to any others. What a target has already is not sent again; the source is read once, however many targets there are, and a target that is slow or dead neither holds up the others nor fails them.`

const MORE = `
Plain HTTP is for loopback addresses (127.0.0.1:5000/team/app:1.2), HTTPS for all others.

Credentials are those of "docker login" and "podman login" ($REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json,
$XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json, ~/.docker/config.json, and the credential
helpers that they name); for ECR they are AWS's own, as for the aws command.
Authorities of your own that sign a registry's certificate are those in the file of $NODE_EXTRA_CA_CERTS.

Examples:
  npx image-mirror copy redis:7.4 ghcr.io/team/redis
  npx image-mirror copy --create ghcr.io/team/app:1.2 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app
  npx image-mirror copy --all-tags quay.io/team/app 127.0.0.1:5000/team/app ghcr.io/team/app
  npx image-mirror copy --dry-run --json redis@sha256:… ghcr.io/team/redis:7.4

Exit status, with --dry-run too: 0 every target holds the image, 1 one does not, 2 wrong usage, 130 interrupted.`

const DEFAULT_TAG = 'latest'

export function copyCommand(choose: (options: CopyOptions) => void): CommandUnknownOpts {
  return defineCommand('copy')
    .summary('copies an image from any registry to any others')
    .description(DESCRIPTION)
    .argument(
      '<source>',
      'an image, such as docker.io/library/redis:7.4; without a tag, it is "latest"',
      imageOf,
    )
    .argument('<target...>', "where to copy it to; a target without a tag gets the source's", imagesOf)
    .option(
      '-a, --all-tags',
      "copy every tag of the source's repository; give SOURCE and TARGET without a tag",
    )
    .option(
      '--no-artifacts',
      'leave out signatures, SBOMs and whatever else refers to the image, and with --all-tags all tags of the form sha256-<hex>',
    )
    .option('--create', 'make ECR repositories that are missing')
    .option('--dry-run', 'only say what each target lacks; writes nothing and costs no pull')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .addHelpText('after', MORE)
    .action((source, targets, { artifacts, allTags = false, create = false, dryRun = false, json = false }) =>
      choose({ ...checked(source, targets, allTags), allTags, artifacts, create, dryRun, json }),
    )
}

/** @throws {UsageError} saying what is wrong and what to write instead */
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

function imageOf(text: string): ImageRef {
  try {
    // What other tools want in front of a reference means the same here.
    return parseReference(text.replace(/^docker:\/\//, ''))
  } catch (error) {
    if (error instanceof InvalidReference) throw new UsageError(error.message)
    throw error
  }
}

function withTag(target: ImageRef, tag: string | undefined): ImageRef {
  if (target.digest !== undefined) {
    throw new UsageError(
      `${formatReference(target)}: the digest is the source's anyway; write the target without "@${target.digest}"`,
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
