// The process of `cdk deploy`: a trial waits for its end, however it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { ended } from './cdk-deployment.ts'

const program = (code: string) =>
  spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })

test('a deployment that succeeds ends, and one that fails is an error', async () => {
  const { signal } = new AbortController()
  await expect(ended(program(''), signal)).resolves.toBeUndefined()
  await expect(ended(program('process.exitCode = 3'), signal)).rejects.toThrow('ended with status 3')
})

test('an interrupted deployment is stopped, and has ended when its error is thrown', async () => {
  const stop = new AbortController()
  const child = program(
    "process.on('SIGTERM', () => setTimeout(() => process.exit(0), 100)); setInterval(() => {}, 1000); console.log('up')",
  )
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  const end = ended(child, stop.signal)
  stop.abort(new Error('interrupted'))
  await expect(end).rejects.toThrow('interrupted')
  expect(child.exitCode).toBe(0)
})

test('a deployment that was interrupted before it began is stopped, too', async () => {
  await expect(
    ended(program('setInterval(() => {}, 1000)'), AbortSignal.abort(new Error('no'))),
  ).rejects.toThrow('no')
})
