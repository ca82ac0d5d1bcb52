import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { showCopyProgress } from '../../../cli/copy/progress.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'hrtime'] }))
afterEach(() => void vi.useRealTimers())

function screen(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 120, written, write: (text: string) => written.push(text) }
}

test('writes a line per target to a log every few seconds if it has changed', () => {
  const out = screen(false)
  using progress = showCopyProgress(out)
  let moved = 0
  const meter = progress.add('c.io/d:1', () => moved)
  meter.found(2_000_000)
  moved = 1_000_000
  vi.advanceTimersByTime(5_000)
  expect(out.written).toEqual(['c.io/d:1: copied 1.0 of 2.0 MB, 0 of 1 blobs, 0.2 MB/s, about 5 s left\n'])
})

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm')
  vi.stubEnv('NO_COLOR', '')
  return () => vi.unstubAllEnvs()
})

test('redraws a bar per target on a terminal, and erases it at the end', () => {
  const out = screen(true)
  {
    using progress = showCopyProgress(out)
    for (const target of ['c.io/d:1', 'e.io/f:1']) progress.add(target, () => 0).found(1_000)
    vi.advanceTimersByTime(200)
    expect(out.written[0]?.split('\n')).toHaveLength(3)
    expect(out.written[0]).toMatch(/^c\.io\/d:1 +\[░{20}\] copied/)
    expect(out.written[1]).toBe('\r\x1b[2A\x1b[J')
  }
  expect(out.written.at(-1)).toBe('\r\x1b[2A\x1b[J')
})
