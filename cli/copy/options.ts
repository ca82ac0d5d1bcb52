/** The flags and references of `copy`. */
import { parseArgs } from 'node:util'
import { didYouMean } from '../../mirror/nearest.ts'
import {
  formatReference,
  type ImageRef,
  InvalidReference,
  parseReference,
} from '../../registry/model/reference.ts'
import { UsageError } from '../usage.ts'

export const COPY_HELP = `Copies an image, with every platform, signature and SBOM of it and with the same digest, from any registry to
any others. What a target has already is not sent again; the source is read once, however many targets there are,
and a target that is slow or dead neither holds up the others nor fails them.

Usage: npx image-mirror copy [flags] SOURCE TARGET [TARGET …]

  SOURCE and TARGET are references such as docker.io/library/redis:7.4, ghcr.io/team/app@sha256:… or
  123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app. A source without a tag means "latest"; a target without a tag
  gets the source's. Plain HTTP is for loopback addresses (127.0.0.1:5000/team/app:1.2), HTTPS for all others.

  -a, --all-tags    copy every tag of the source's repository; SOURCE and TARGET are given without a tag
  --no-artifacts    leave signatures, SBOMs and whatever else refers to the image where they are, and with --all-tags
                    all tags of the form sha256-<hex>
  --create          make ECR repositories that are missing
  --dry-run         only say what each target lacks; writes nothing and costs no pull
  --json            print one JSON document on standard output, and nothing else there
  -h, --help        this text

Credentials are those of "docker login" and "podman login" ($REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json,
$XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json, ~/.docker/config.json, and the credential
helpers that they name); for ECR they are AWS's own, as for the aws command.
Authorities of your own that sign a registry's certificate are those in the file of $NODE_EXTRA_CA_CERTS.

Exit status, with --dry-run too: 0 every target holds the image, 1 one does not, 2 wrong usage, 130 interrupted.`

export interface CopyOptions {
  readonly help: false
  readonly source: ImageRef
  readonly targets: readonly ImageRef[]
  readonly allTags: boolean
  readonly artifacts: boolean
  readonly create: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const FLAGS = {
  'all-tags': { type: 'boolean', short: 'a', default: false },
  'no-artifacts': { type: 'boolean', default: false },
  create: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const DEFAULT_TAG = 'latest'

/** @throws {UsageError} saying what is wrong and what to write instead */
export function parseCopyOptions(args: readonly string[]): CopyOptions | { readonly help: true } {
  const { values, positionals } = parse(args)
  if (values.help) return { help: true }
  const [source, ...targets] = positionals.map(parseImage)
  if (source === undefined || targets.length === 0) {
    throw new UsageError('copy needs a source and at least one target')
  }
  const allTags = values['all-tags']
  if (allTags) checkNoTags([source, ...targets])
  const tag = source.tag ?? (source.digest === undefined && !allTags ? DEFAULT_TAG : undefined)
  const tagged = tag === undefined ? source : { ...source, tag }
  const wanted = targets.map((target) => withTag(target, tag))
  checkTargets(tagged, wanted)
  return {
    help: false,
    source: tagged,
    targets: wanted,
    allTags,
    artifacts: !values['no-artifacts'],
    create: values.create,
    dryRun: values['dry-run'],
    json: values.json,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /Unknown option '--?([^']+)'/.exec(message)?.[1]
    if (unknown === undefined) throw new UsageError(message.charAt(0).toLowerCase() + message.slice(1))
    throw new UsageError(`unknown flag --${unknown}${didYouMean(unknown, Object.keys(FLAGS))}`)
  }
}

function parseImage(text: string): ImageRef {
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
