import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isRunning, startOf } from '../../local/process-identity.ts'

test('a running process is recognized by its id and its start', () => {
  const start = startOf(process.pid)
  expect(start).toMatch(/\d/)
  expect(startOf(process.pid)).toBe(start)
  expect(isRunning(process.pid, start)).toBe(true)
})

test('a process that has the id of an earlier one is another process', () => {
  expect(isRunning(process.pid, 'an earlier start')).toBe(false)
})

test('without a start on record, the id decides', () => {
  expect(isRunning(process.pid, undefined)).toBe(true)
})

test.each([0, -1, 1.5, Number.NaN, 999_999_999])('%d is the id of no process', (pid) => {
  expect(isRunning(pid, undefined)).toBe(false)
  expect(startOf(pid)).toBeUndefined()
})

test.runIf(process.platform === 'linux')(
  'a process that ended counts as ended before its parent asks',
  async () => {
    // `exec` replaces the shell by a program that never waits for its child.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec tail -f /dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      await expect.poll(() => isRunning(Number(line), undefined), { timeout: 30_000 }).toBe(false)
      expect(() => process.kill(Number(line), 0)).not.toThrow()
    } finally {
      parent.kill('SIGKILL')
    }
  },
)
