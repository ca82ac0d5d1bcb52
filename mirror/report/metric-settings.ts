/** Settings of metrics in the list: those of each target, which CloudWatch bills one by one. */
import * as z from 'zod'

export const metricsSchema = z
  .strictObject({
    byTarget: z
      .boolean()
      .optional()
      .describe(
        'Whether each target has metrics of its own, of up to 50 targets: pairs by outcome, and bytes. Default: `false`.',
      ),
  })
  .meta({ id: 'MetricSettings' })

/** Bounds the price: five metrics of 50 targets cost up to 75 USD a month. */
export const MAX_METERED_TARGETS = 50
