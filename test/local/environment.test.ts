import { expect, test } from 'vitest'
import { awsEnvironment } from '../../local/environment.ts'

const endpoints = {
  S3: 'http://127.0.0.1:1',
  SNS: 'http://127.0.0.1:1',
  ECR: 'http://127.0.0.1:2',
  ECR_PUBLIC: 'http://127.0.0.1:2',
  SECRETS_MANAGER: 'http://127.0.0.1:2',
  KMS: 'http://127.0.0.1:2',
  SSM: 'http://127.0.0.1:2',
  DYNAMODB: 'http://127.0.0.1:2',
  SFN: 'http://127.0.0.1:2',
  STS: 'http://127.0.0.1:2',
  CLOUDFORMATION: 'http://127.0.0.1:2',
  CLOUDWATCH_LOGS: 'http://127.0.0.1:2',
  CLOUDWATCH: 'http://127.0.0.1:2',
  EVENTBRIDGE: 'http://127.0.0.1:2',
  SERVICE_QUOTAS: 'http://127.0.0.1:2',
  SCHEDULER: 'http://127.0.0.1:2',
  LAMBDA: 'http://127.0.0.1:2',
  IAM: 'http://127.0.0.1:2',
  SQS: 'http://127.0.0.1:2',
}

test("sets the SDK's endpoint variable of every service, and blocks all others", () => {
  expect(awsEnvironment('eu-west-1', endpoints, 'PlanRole', 'key')).toMatchObject({
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_ECR_PUBLIC: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: 'http://127.0.0.1:2',
  })
})

test('signs calls with a key that names the role', () => {
  expect(awsEnvironment('eu-west-1', endpoints, 'PlanRole', 'key').AWS_ACCESS_KEY_ID).toBe('PlanRole')
})
