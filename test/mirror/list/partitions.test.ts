// Hosts of registries and of the console in each partition.
import { expect, test } from 'vitest'
import { ecrHost, executionLink, objectLink, partitionOf } from '../../../mirror/list/partitions.ts'
import { REGIONS } from '../../../mirror/list/regions.ts'
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'

test.each([
  ['us-east-1', 'aws', '123456789012.dkr.ecr.us-east-1.amazonaws.com'],
  ['cn-north-1', 'aws-cn', '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', '123456789012.dkr.ecr.us-gov-west-1.amazonaws.com'],
  ['eusc-de-east-1', 'aws-eusc', '123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu'],
] as const)('%s is in %s', (region, partition, host) => {
  expect(partitionOf(region)).toBe(partition)
  expect(ecrHost('123456789012', region)).toBe(host)
})

test('the host of every region is read back as that region', () => {
  for (const region of REGIONS) {
    expect(parseEcrHost(ecrHost('123456789012', region))).toEqual({ account: '123456789012', region })
  }
})

test('the link of an execution opens the console of its partition', () => {
  const arn = 'arn:aws-cn:states:cn-north-1:123456789012:execution:mirror:run-1'
  expect(executionLink(arn)).toBe(
    `https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/details/${arn}`,
  )
})

test('the link of an object opens the console of its partition', () => {
  expect(objectLink({ bucket: 'work', key: 'runs/run-1/report.html' }, 'us-gov-west-1')).toBe(
    'https://us-gov-west-1.console.amazonaws-us-gov.com/s3/object/work?region=us-gov-west-1&prefix=runs/run-1/report.html',
  )
})
