import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isRunning, startOf } from '../../../local/state/process-identity.ts'

test('recognizes a running process by its id and its start', () => {
  const start = startOf(process.pid)
  expect(start).toMatch(/\d/)
  expect(startOf(process.pid)).toBe(start)
  expect(isRunning(process.pid, start)).toBe(true)
})

test('distinguishes a process that reuses an id', () => {
  expect(isRunning(process.pid, 'an earlier start')).toBe(false)
})

test('decides by the id without a recorded start', () => {
  expect(isRunning(process.pid, undefined)).toBe(true)
})

test.each([0, -1, 1.5, Number.NaN, 999_999_999])('rejects %d as the id of a process', (pid) => {
  expect(isRunning(pid, undefined)).toBe(false)
  expect(startOf(pid)).toBeUndefined()
})

test.runIf(process.platform === 'linux')(
  'treats an exited process as ended before its parent collects it',
  async () => {
    // `exec` replaces the shell by a program that never waits for its child, which lasts until then.
    const untilExec = 'while [ "$(cat /proc/$PPID/comm)" = sh ]; do :; done'
    const parent = spawn('sh', ['-c', `sh -c '${untilExec}' & echo $!; exec tail -f /dev/null`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      await expect.poll(() => isRunning(Number(line), undefined), { timeout: 300_000 }).toBe(false)
      expect(() => process.kill(Number(line), 0)).not.toThrow()
    } finally {
      parent.kill('SIGKILL')
    }
  },
)
