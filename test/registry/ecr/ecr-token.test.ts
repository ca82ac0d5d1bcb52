import { afterEach, expect, test, vi } from 'vitest'
import { createEcr } from '../../../registry/ecr/ecr.ts'
import { fakeClock } from '../../support/clock.ts'
import { type Listening, listen } from '../../support/listen.ts'

const AWS = 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const TOKEN = Buffer.from('AWS:pass:word').toString('base64')

let server: Listening | undefined
afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.[Symbol.asyncDispose]()
})

async function answering(authorizationData: unknown, status = 200) {
  server = await listen((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ authorizationData }))
  })
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', server.origin)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  return createEcr(fakeClock())
}

test('splits the token into a user and a password that may have colons', async () => {
  const ecr = await answering([{ authorizationToken: TOKEN, proxyEndpoint: AWS }])
  const { base, identity } = await ecr.endpoint({ region: 'eu-west-1' })
  expect(base.href).toBe(`${AWS}/`)
  expect(await identity.credentials()).toEqual({ username: 'AWS', password: 'pass:word' })
})

test.each([
  '999999999999.dkr.ecr.eu-west-1.amazonaws.com',
  '123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com',
  '123456789012.dkr-ecr.eu-west-1.on.aws',
])('uses %s by its own host', async (host) => {
  const ecr = await answering([{ authorizationToken: TOKEN, proxyEndpoint: AWS }])
  expect((await ecr.endpoint({ region: 'eu-west-1', host })).base.href).toBe(`https://${host}/`)
})

test.each([
  ['no data', undefined],
  ['an empty list', []],
  ['no endpoint', [{ authorizationToken: TOKEN }]],
  ['no colon', [{ authorizationToken: Buffer.from('AWS').toString('base64'), proxyEndpoint: AWS }]],
])('names the region in the error for a reply with %s', async (_, data) => {
  const ecr = await answering(data)
  await expect(ecr.endpoint({ region: 'eu-west-1' })).rejects.toThrow(
    'ECR in eu-west-1 returned no usable authorization token',
  )
})

test('refuses a plain HTTP endpoint outside of loopback', async () => {
  const ecr = await answering([{ authorizationToken: TOKEN, proxyEndpoint: 'http://registry.example' }])
  await expect(ecr.endpoint({ region: 'eu-west-1' })).rejects.toThrow(/plain HTTP is allowed for loopback/)
})
