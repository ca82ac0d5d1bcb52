/** The document of `estimate --json`. text.ts renders it for people. */
import * as z from 'zod'
import { PLACES } from '../../estimate/workload.ts'

const dollars = z.number().min(0)

export const estimateSchema = z.strictObject({
  images: z.int(),
  pairs: z.int(),
  /** Runs that start in a month of 30 days. */
  runsPerMonth: z.number(),
  /** Changes of each image in a month. */
  changesPerMonth: z.number(),
  /** By service. @unit USD a month */
  costs: z.strictObject({
    /** Step Functions. */
    stepFunctions: dollars,
    /** Lambda. */
    lambda: dollars,
    /** CodeBuild. */
    builds: dollars,
    /** Transfer between regions, and to the internet. */
    transfer: dollars,
    /** Images in Amazon ECR. */
    storage: dollars,
    /** Documents of runs in S3. */
    documents: dollars,
    /** Logs and traces. */
    logs: dollars,
    /** KMS keys and secrets. */
    keys: dollars,
    /** CloudWatch alarms and metrics. */
    monitoring: dollars,
  }),
  /** The sum of the costs. @unit USD a month */
  total: dollars,
  /** The total if AWS bills transfer between regions at internet rates. @unit USD a month */
  totalAtMost: dollars,
  /** The costs that depend on where targets are, for each kind of place that the list has. */
  places: z.array(
    z.strictObject({
      /** `home`: the home region. `far…`: in another region. `gallery`: ECR Public. */
      place: z.enum(PLACES),
      pairs: z.int(),
      /** CodeBuild. @unit USD a month */
      builds: dollars,
      /** Transfer between regions, and to the internet. @unit USD a month */
      transfer: dollars,
      /** The transfer if AWS bills it at internet rates. @unit USD a month */
      transferAtMost: dollars,
      /** Images in Amazon ECR. @unit USD a month */
      storage: dollars,
    }),
  ),
  /** Duration of a run. @unit hours */
  hours: z.strictObject({
    /** Of a run without changes. */
    unchanged: z.number(),
    /** Of a run in which every image has changed. */
    changed: z.number(),
  }),
  /** What the report of a run replaced. @default - no `--report` */
  measured: z
    .strictObject({
      /** The name of the run. */
      run: z.string(),
      /** Pairs whose bytes were measured, there or at another target of the image. */
      pairs: z.int(),
      /** Those whose storage was measured too, because the target had none of the tags before. */
      stored: z.int(),
      /** Pairs of the report that the list no longer has. */
      gone: z.int(),
      /**
       * From the first comparison to the last build.
       * @unit hours
       * @default - the report has no times
       */
      hours: z.number().optional(),
    })
    .optional(),
  /** Size of an image that was not measured. @unit GB */
  assumedGigabytes: z.number(),
  /** What the estimate leaves out, in sentences. */
  notes: z.array(z.string()),
})
export type Estimate = z.infer<typeof estimateSchema>
