/** Schema of the list's `push`: repositories whose pushes are copied. */
import * as z from 'zod'
import { repositoryPatternSchema } from './elsewhere/repository-pattern.ts'
import { regionSchema } from './region-schema.ts'
import { targetNamesSchema } from './targets/schema.ts'

export const pushSettingsSchema = z
  .strictObject({
    repositories: z
      .array(repositoryPatternSchema)
      .min(1)
      .describe(
        'Repositories of this account whose pushes are copied; `*` stands for any characters (`team/*`).',
      ),
    from: z
      .array(regionSchema)
      .min(1)
      .optional()
      .describe('The regions where people push. Default: the home region.'),
    regions: z
      .array(regionSchema)
      .min(1)
      .optional()
      .describe('The regions that pushes are copied to. Default: all regions of the list.'),
    to: targetNamesSchema
      .optional()
      .describe(
        "Where pushes are copied: names of the list's `targets`, and `regions` for the regions. Default: `[regions]`.",
      ),
  })
  .meta({ id: 'PushSettings' })
export type PushSettings = z.infer<typeof pushSettingsSchema>
