import { expect, test } from 'vitest'
import { redacted } from '../../../mirror/page/redact.ts'
import { AT_MOST_LINEAR, growth } from '../../support/growth.ts'

test.each([
  [
    'S3',
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=beef&X-Amz-Security-Token=abc',
  ],
  ['Azure', 'https://a.blob.core.windows.net/k?sv=2020&sig=beef%3D&se=2026'],
  ['Google', 'https://storage.googleapis.com/k?X-Goog-Signature=beef'],
  ['CloudFront', 'https://d.cloudfront.net/k?Policy=beef&Signature=beef&Key-Pair-Id=beef'],
  ['Cloudflare', 'https://production.cloudflare.docker.com/k?verify=17-beef'],
  ['escaped', 'https://host/k?a=beef&amp;sig=beef'],
  ['percent-encoded', 'https://host/r?to=https%3A%2F%2Fb%2Fk%3Fsig%3Dbeef%26token%3Dbeef'],
  ['in JSON', String.raw`{"url":"https://host/k?x=beef\u0026X-Amz-Signature=beef"}`],
  ['in a fragment', 'https://host/cb#access_token=beef'],
])('redacts signatures in the URLs of %s', (_, text) => {
  expect(redacted(text)).not.toContain('beef')
  expect(redacted(text)).toContain('[redacted]')
})

test.each([
  ['Basic', 'sent Basic dXNlcjpwYXNz to'],
  ['bearer', 'authorization: bearer abc.DEF-123_4'],
  ['a JSON Web Token', 'got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln back'],
  ['a token of GitHub', 'got ghp_abcdefghijklmnop back'],
  ['a token of Docker Hub', 'got dckr_pat_abcdefghijkl back'],
  ['an access key', 'key AKIAIOSFODNN7EXAMPLE is'],
  ['a password in JSON', '{"password": "hunter2222"}'],
  ['a token in escaped JSON', String.raw`{\"identitytoken\":\"abcdef\"}`],
  ['an assignment', 'REGISTRY_PASSWORD=hunter2222 failed'],
  ['user information', 'GET https://user:hunter2222@host/v2/'],
  ['a token as the user', 'GET https://hunter2222@host/v2/'],
])('redacts %s', (_, text) => {
  expect(redacted(text)).toContain('[redacted]')
  expect(redacted(text)).not.toMatch(/dXNlcj|DEF-123|c2ln|abcdef|AKIA|hunter/)
})

test.each([
  'GET https://host/v2/x/tags/list?n=100&last=7.4 answered 401: Bearer realm="https://auth/token",service="host"',
  'the token server offers basic authentication, and no bearer token',
  'failed to fetch the OAuth token: unexpected status 401',
  'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logEvent:group=/aws/codebuild/x;stream=y',
  `redis:7.4@sha256:${'0'.repeat(64)} mismatches digest sha256:${'1'.repeat(64)}`,
  `aws stepfunctions start-execution --input '{"only":[{"image":"a/b:1","target":"eu-west-1"}]}'`,
])('keeps what helps: %s', (text) => {
  expect(redacted(text)).toBe(text)
})

test.each(['://a', '?a', '%3fa', '"token" : "', 'Basic A', 'eyJaaaaaaaa.', 'password'])(
  'takes linear time for much of %j',
  (text) => {
    expect(growth(2_500, (size) => redacted(text.repeat(size)))).toBeLessThan(AT_MOST_LINEAR)
  },
)
