/** Schema of the list's `artifacts`: the artifacts to mirror with an image, and those that it must have. */
import * as z from 'zod'

/** Kinds with a name. The list refers to other artifacts by media type. */
export const ARTIFACT_KINDS = ['signature', 'attestation', 'sbom'] as const
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number]

const MEDIA_TYPE =
  /^(?:signature|attestation|sbom|[a-zA-Z0-9!#$&^_.+-]{1,127}\/[a-zA-Z0-9!#$&^_.+;=-]{1,127})$/

const artifactTypeSchema = z.union([
  z
    .string()
    .regex(MEDIA_TYPE, `must be ${ARTIFACT_KINDS.join(', ')}, or a media type such as application/spdx+json`),
  z.enum(ARTIFACT_KINDS),
])

const typesSchema = z.array(artifactTypeSchema).min(1).optional()

export const artifactRulesSchema = z
  .strictObject({
    include: typesSchema.describe(
      'Types of artifacts to mirror with the image: `signature`, `attestation`, `sbom`, or a media type. Default: all.',
    ),
    exclude: typesSchema.describe('Types of artifacts to leave out, written as in `include`. Default: none.'),
    require: typesSchema.describe(
      'Types of artifacts that each tag must have at the source, written as in `include`: a tag without them fails. Default: none.',
    ),
  })
  .meta({ id: 'ArtifactRules' })
export type ArtifactRules = z.infer<typeof artifactRulesSchema>
