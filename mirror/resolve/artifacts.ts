/**
 * Signatures, SBOMs and other artifacts of an image: its referrers, and what cosign keeps behind tags
 * (`sha256-<hex>.sig`). Artifacts can have artifacts: a signed SBOM. They can appear at any time without the image
 * changing, so they are asked for on every run.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { mapBounded } from '../bounded.ts'
import type { Artifact, ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom'] as const
/** A signature of an attestation of an SBOM of an image has depth 3: nobody means more than this. */
const MAX_DEPTH = 8
/** No image has more; a registry that says so is not to be believed. */
const MAX_ARTIFACTS = 5_000

export async function findArtifacts(
  source: Source,
  tags: readonly ResolvedTag[],
  available: readonly string[] | undefined,
  signal?: AbortSignal,
): Promise<Artifact[]> {
  const known = available && new Set(available)
  const found: Artifact[] = []
  const asked = new Set<string>(tags.map(({ digest }) => digest))
  let subjects = [...asked]
  for (let depth = 0; subjects.length > 0; depth++) {
    if (depth === MAX_DEPTH) throw incredible(source, `artifacts of artifacts, more than ${MAX_DEPTH} deep`)
    const level = await mapBounded(subjects, PARALLEL_REQUESTS, (subject) =>
      artifactsOf(source, subject, known, signal),
    )
    found.push(...level.flat())
    if (found.length > MAX_ARTIFACTS) throw incredible(source, `more than ${MAX_ARTIFACTS} artifacts`)
    // Each digest is asked about once, so that artifacts which name each other are no endless chain.
    subjects = [...new Set(level.flat().map(({ digest }) => digest))].filter((digest) => !asked.has(digest))
    for (const subject of subjects) asked.add(subject)
  }
  return found
}

async function artifactsOf(
  source: Source,
  subject: string,
  known: ReadonlySet<string> | undefined,
  signal: AbortSignal | undefined,
): Promise<Artifact[]> {
  const names = COSIGN_SUFFIXES.map((suffix) => subject.replace(':', '-') + suffix)
  const [referrers, heads] = await Promise.all([
    source.referrers(subject as Digest, signal, known),
    Promise.all(
      names.map(async (tag) => (known?.has(tag) === false ? undefined : source.headManifest(tag, signal))),
    ),
  ])
  const types = new Map(referrers.map(({ digest, artifactType }) => [digest, artifactType]))
  const tagged = names.flatMap((tag, index) => {
    const head = heads[index]
    return head === undefined ? [] : [artifactOf(head, subject, types.get(head.digest), tag)]
  })
  // One that is both behind a tag and a referrer is one artifact, with a tag.
  const behindTags = new Set(tagged.map(({ digest }) => digest))
  const others = new Map(referrers.map((one) => [one.digest, artifactOf(one, subject, one.artifactType)]))
  return [...tagged, ...[...others.values()].filter(({ digest }) => !behindTags.has(digest))]
}

function artifactOf(
  { digest, mediaType, size }: Descriptor,
  subject: string,
  artifactType: string | undefined,
  tag?: string,
): Artifact {
  return {
    digest,
    mediaType,
    size,
    subject,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(tag === undefined ? {} : { tag }),
  }
}

function incredible(source: Source, what: string): Error {
  return namedError(ErrorName.InvalidImage, `${source.name} claims ${what}: that is not credible`)
}
