import { expect, test } from 'vitest'
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'

test.each([
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'us-east-1'],
  ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['123456789012.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
  ['123456789012.dkr-ecr-fips.us-east-2.on.aws', 'us-east-2'],
  ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
  ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
])('%s is ECR in %s', (host, region) => {
  expect(parseEcrHost(host)).toEqual({ account: '123456789012', region })
})

test.each([
  'public.ecr.aws',
  'docker.io',
  '12345678901.dkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example',
  'evil.123456789012.dkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com:5000',
  '123456789012xdkr.ecr.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.org',
])('rejects %s', (host) => {
  expect(parseEcrHost(host)).toBeUndefined()
})
