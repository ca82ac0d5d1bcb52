// Requests that AWS does not answer, and their interruption.
import { once } from 'node:events'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { expect, test, vi } from 'vitest'
import { clientNetwork } from '../../../../cli/deployed/aws/network.ts'
import { ask } from '../../../../cli/deployed/aws/problem.ts'
import { errorDocumentSchema } from '../../../../cli/program/error-document.ts'
import { listen } from '../../../support/listen.ts'
import { start } from '../../program.ts'

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' }

test('an answer that does not come is an error', async () => {
  await using silent = await listen(() => {})
  const client = new CloudFormationClient({
    region: 'us-east-1',
    endpoint: silent.origin,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    ...clientNetwork({ answerMs: 50 }),
  })
  try {
    const asked = ask('cloudformation:DescribeStacks', client.send(new DescribeStacksCommand()), undefined)
    await expect(asked).rejects.toThrow(
      /^AWS does not answer in time \(cloudformation:DescribeStacks\)\. Check the network/,
    )
  } finally {
    client.destroy()
  }
})

test('keeps the agent of a proxy', () => {
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1')
  expect(clientNetwork().requestHandler).toMatchObject({
    httpsAgent: { proxyEnv: { HTTPS_PROXY: 'http://127.0.0.1:1' } },
    throwOnRequestTimeout: true,
  })
  vi.unstubAllEnvs()
})

test.each([['status'], ['doctor'], ['subscribe', 'ops@example.com'], ['follow']])(
  'Ctrl-C ends %s while AWS does not answer',
  async (...command) => {
    const asked = Promise.withResolvers<void>()
    await using silent = await listen(() => asked.resolve())
    const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: silent.origin }
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const { child, finished } = start(...command, '--json')
    vi.unstubAllEnvs()
    await asked.promise
    child.kill('SIGINT')
    await once(child, 'exit')
    const { status, stdout } = await finished
    expect(status).toBe(130)
    expect(errorDocumentSchema.parse(JSON.parse(stdout)).error.name).toBe('Interrupted')
  },
)
