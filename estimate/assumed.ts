/** Assumptions about values that are unknown before a run. Most of the function seconds are waits for registries. */

export const ASSUMED = {
  resolveSeconds: 1.5,
  diffSeconds: 0.6,
  outcomeSeconds: 0.1,
  /** Measured with 10,000 images in 30 regions, and rounded up. */
  planSecondsPerImage: 0.000_2,
  /** Measured with 1,200 images in 30 regions, and rounded up: docs/scale.md. */
  reportSecondsPerPair: 0.002_2,
  /** Of a pair whose tags are pruned; 8 repositories at a time. */
  pruneSecondsPerPair: 0.1,
  buildStartSeconds: 20,
  buildMegabytesPerSecond: 50,
  /** Number of platforms of an image, all of the same size. */
  platforms: 2,
  logBytesPerImage: 6_000,
  logBytesPerPair: 4_000,
  /** Of the documents of a run in S3, which are kept for a month, and of what outlives the run. */
  documentBytesPerImage: 4_000,
  documentBytesPerPair: 1_500,
  stateBytesPerPair: 1_000,
  /** Requests of a build, and of the pulls and pushes of ECR to KMS: one for each layer and manifest. */
  kmsRequestsPerChange: 20,
  /** A table of a list has up to 1 MB. */
  tableReadUnits: 128,
  /** X-Ray's default: one trace per second, and this share of further requests. */
  tracedShare: 0.05,
} as const
