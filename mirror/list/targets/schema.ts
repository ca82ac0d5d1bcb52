/** Schema of the list's `targets`: places that images go to besides the regions of this account. */
import * as z from 'zod'

/** In an image's `targets`, stands for its regions. */
export const REGIONS_TARGET = 'regions'

/** Any other registry than Amazon ECR. */
export const registryTargetSchema = z
  .strictObject({
    registry: z.string().min(1).max(255).describe("The registry's host: `harbor.example.com`."),
    namespace: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Put before the name of every repository there, in place of `prefix`: `mirror` gives `mirror/redis`. Default: none.',
      ),
    credentials: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .describe(
        'Name or ARN of the Secrets Manager secret that images are pushed with. Default: anonymous access.',
      ),
    public: z
      .literal(true)
      .optional()
      .describe(
        'Must be `true` for docker.io, which makes the repositories that a push creates public. Default: repositories are not public.',
      ),
  })
  .meta({ id: 'RegistryTarget' })
export type RegistryTarget = z.infer<typeof registryTargetSchema>

export const targetsSchema = z.record(z.string(), registryTargetSchema)

/** What an image or `defaults` choose among them. */
export const targetNamesSchema = z.array(z.string().min(1)).min(1)
