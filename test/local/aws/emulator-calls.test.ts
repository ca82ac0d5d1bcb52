import { expect, test } from 'vitest'
import { callToMiss, emulatorCall } from '../../../local/aws/emulator-calls.ts'

function signedFor(service: string): { authorization: string } {
  const scope = `RoleOfPlan/20260102/eu-west-1/${service}/aws4_request`
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` }
}

function s3(method: string, url: string) {
  return emulatorCall({ method, url, headers: signedFor('s3') }, 'aws')
}

test.each([
  ['GET', '/work/runs/a%20b/plan.json?x-id=GetObject', 'GetObject', 'work/runs/a b/plan.json'],
  ['HEAD', '/work/list.json', 'GetObject', 'work/list.json'],
  ['PUT', '/work/list.json?partNumber=1&uploadId=1', 'PutObject', 'work/list.json'],
  ['DELETE', '/work/list.json', 'DeleteObject', 'work/list.json'],
  ['GET', '/work?list-type=2', 'ListBucket', 'work'],
  ['GET', '/work/?list-type=2', 'ListBucket', 'work'],
  ['PUT', '/work', 'CreateBucket', 'work'],
])('maps %s %s to s3:%s', (method, url, action, resource) => {
  expect(s3(method, url)).toMatchObject({
    service: 's3',
    action,
    resource: `arn:aws:s3:::${resource}`,
    region: 'eu-west-1',
    accessKeyId: 'RoleOfPlan',
    by: 'api',
  })
})

test('takes the publisher from the signature, and the topic from the form', () => {
  const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:Failures'
  const request = {
    method: 'POST',
    url: '/',
    headers: signedFor('sns'),
    body: { Action: 'Publish', TopicArn },
  }
  expect(emulatorCall(request, 'aws')).toMatchObject({
    service: 'sns',
    action: 'Publish',
    resource: TopicArn,
    accessKeyId: 'RoleOfPlan',
  })
})

test('reports a missing object only to callers that may list the bucket', () => {
  expect(callToMiss(s3('GET', '/work/runs/1/report.json'))).toMatchObject({
    action: 'ListBucket',
    resource: 'arn:aws:s3:::work',
  })
  expect(callToMiss(s3('PUT', '/nowhere/key'))).toBeUndefined()
})

test('refuses a call without a signature', () => {
  expect(() => emulatorCall({ method: 'GET', url: '/work', headers: {} }, 'aws')).toThrow(/Missing/)
})
