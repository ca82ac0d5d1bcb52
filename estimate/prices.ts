/**
 * AWS prices for us-east-1 in US dollars, without tax, free tiers and discounts. Taken from public price lists between
 * January and June 2026. Check the linked pages before relying on them.
 */

export const PRICES = {
  /** Per state transition of a standard workflow. https://aws.amazon.com/step-functions/pricing/ */
  transition: 0.025 / 1_000,
  /** Per GB and second, ARM; and per invocation. https://aws.amazon.com/lambda/pricing/ */
  lambdaGbSecond: 0.000_013_333_4,
  lambdaInvocation: 0.2 / 1_000_000,
  /** Per started minute of arm1.small. https://aws.amazon.com/codebuild/pricing/ */
  buildMinute: 0.003_4,
  /** The same for general1.small, which is x86. */
  x86BuildMinute: 0.005,
  /** Per GB and second of ARM Lambda compute. */
  lambdaBuildGbSecond: 0.000_01,
  /**
   * Per hour of each vCPU and GB of an x86 task, with the maximum Spot discount.
   * https://aws.amazon.com/fargate/pricing/
   */
  fargateCpuHour: 0.040_48,
  fargateGbHour: 0.004_445,
  fargateSpotDiscount: 0.7,
  /** Per hour of a public IPv4 address. https://aws.amazon.com/vpc/pricing/ */
  publicAddressHour: 0.005,
  /** Per month of an active V1 pipeline. https://aws.amazon.com/codepipeline/pricing/ */
  pipelineMonth: 1,
  /** Per GB and month, in private repositories. https://aws.amazon.com/ecr/pricing/ */
  ecrGbMonth: 0.1,
  /** Per GB from one region to another, from the US and Europe. https://aws.amazon.com/ec2/pricing/on-demand/ */
  regionGb: 0.02,
  /**
   * The same if pushes to another region's ECR are billed like pulls from it: at internet rates.
   * https://aws.amazon.com/blogs/containers/understanding-data-transfer-costs-for-aws-container-services/
   */
  regionGbAtMost: 0.09,
  /** Per request. https://aws.amazon.com/s3/pricing/ */
  s3Put: 0.005 / 1_000,
  s3Get: 0.000_4 / 1_000,
  /** Per GB of ingested logs. https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  /** Per month, of the failure topic. https://aws.amazon.com/kms/pricing/ */
  kmsKey: 1,
} as const
