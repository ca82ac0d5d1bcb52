/** Maps regions to AWS partitions, registry hosts and console links. */

export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc'

/** Registry host suffix and console host of each partition. */
const HOSTS: Readonly<Record<Partition, { readonly registry: string; readonly console: string }>> = {
  aws: { registry: 'amazonaws.com', console: 'console.aws.amazon.com' },
  'aws-cn': { registry: 'amazonaws.com.cn', console: 'console.amazonaws.cn' },
  'aws-us-gov': { registry: 'amazonaws.com', console: 'console.amazonaws-us-gov.com' },
  'aws-eusc': { registry: 'amazonaws.eu', console: 'console.amazonaws-eusc.eu' },
}

export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws'
}

export function ecrHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.${HOSTS[partitionOf(region)].registry}`
}

/** Link to an execution in the console. */
export function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? ''
  return `https://${consoleHost(region)}/states/home?region=${region}#/v2/executions/details/${executionArn}`
}

/** Link to the executions of a state machine in the console. @param region - of the state machine, known or not */
export function machineLink(stateMachineArn: string, region: string): string {
  return `https://${consoleHost(region)}/states/home?region=${region}#/statemachines/view/${stateMachineArn}`
}

/**
 * Link to an object in the console. A presigned link would end with the session of the role that signed it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function objectLink(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  region: string,
): string {
  return `https://${consoleHost(region)}/s3/object/${bucket}?region=${region}&prefix=${encodeURI(key)}`
}

function consoleHost(region: string): string {
  return `${region}.${HOSTS[partitionOf(region)].console}`
}
