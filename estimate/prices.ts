/**
 * AWS prices for us-east-1 in US dollars, without tax, free tiers and discounts. Taken from the linked pages and public
 * price lists between January and June 2026. Check the pages before relying on them.
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
  /**
   * Per GB and month, in private repositories and in public ones, of which 50 GB are free.
   * https://aws.amazon.com/ecr/pricing/
   */
  ecrGbMonth: 0.1,
  /** Per GB from one region to another, from the US and Europe. https://aws.amazon.com/ec2/pricing/on-demand/ */
  regionGb: 0.02,
  /**
   * The same if pushes to another region's ECR are billed like pulls from it: at internet rates.
   * https://aws.amazon.com/blogs/containers/understanding-data-transfer-costs-for-aws-container-services/
   */
  regionGbAtMost: 0.09,
  /** Per GB to the internet, of the first 10 TB a month. https://aws.amazon.com/ec2/pricing/on-demand/ */
  internetGb: 0.09,
  /** Per request, and per GB and month. https://aws.amazon.com/s3/pricing/ */
  s3Put: 0.005 / 1_000,
  s3Get: 0.000_4 / 1_000,
  s3GbMonth: 0.023,
  /** Per request unit of an on-demand table. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  tableRead: 0.125 / 1_000_000,
  /** Per month of a customer managed key, and per request. https://aws.amazon.com/kms/pricing/ */
  kmsKey: 1,
  kmsRequest: 0.03 / 10_000,
  /** Per month, and per request. https://aws.amazon.com/secrets-manager/pricing/ */
  secret: 0.4,
  secretRequest: 0.05 / 10_000,
  /** Per GB of ingested logs. https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  /** Per month of each metric of an alarm. */
  alarmMetric: 0.1,
  /** Per month of each metric, billed by the hours in which it has data. */
  metric: 0.3,
  /** The first three dashboards of an account are free; each further one costs 3 USD a month. */
  dashboard: 0,
  /** Per recorded trace. https://aws.amazon.com/xray/pricing/ */
  trace: 5 / 1_000_000,
} as const
