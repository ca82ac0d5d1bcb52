/** The mode of tag mutability and its filters, as ECR checks them. */
import { z } from 'zod'
import { invalid } from '../operation.ts'
import type { MUTABILITY } from '../region.ts'

const MAX_WILDCARDS = 2

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html */
export const exclusionFilters = z
  .array(
    z.object({
      filterType: z.literal('WILDCARD'),
      filter: z
        .string()
        .regex(/^[0-9a-zA-Z._*-]{1,128}$/)
        .refine((filter) => filter.split('*').length - 1 <= MAX_WILDCARDS, {
          error: `must have at most ${MAX_WILDCARDS} wildcards`,
        }),
    }),
  )
  .min(1)
  .max(5)
  .optional()

/**
 * A mode with exclusions needs filters, and every other mode forbids them.
 * https://github.com/aws/aws-cdk/pull/35246
 * @throws {AwsError} InvalidParameterException
 */
export function checkFilters(
  mode: (typeof MUTABILITY)[number],
  filters: z.infer<typeof exclusionFilters>,
): NonNullable<z.infer<typeof exclusionFilters>> {
  const parameter = 'imageTagMutabilityExclusionFilters'
  const needsFilters = mode.endsWith('_WITH_EXCLUSION')
  if (needsFilters && filters === undefined)
    throw invalid(
      parameter,
      `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${mode}`,
    )
  if (!needsFilters && filters !== undefined)
    throw invalid(
      parameter,
      `ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as ${mode}`,
    )
  return filters ?? []
}
