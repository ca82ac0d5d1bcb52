import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemProblem } from '../../../cli/program/system-error.ts'

const systemSentence = (error: unknown) => systemProblem(error, '--state')?.sentence

const system = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: as Node says it`), { code, syscall: 'open', ...(path ? { path } : {}) })

test.each([
  ['ENOSPC', '/state/file: the disk is full: free some space, or give another folder with --state (ENOSPC)'],
  ['EDQUOT', '/state/file: the disk quota is used up'],
  ['EROFS', '/state/file: the file system is read-only: give another folder with --state (EROFS)'],
  ['EACCES', '/state/file: permission denied'],
  ['ENOTDIR', '/state/file: this is not a folder'],
  [
    'EMFILE',
    'this process may not open more files: raise the limit with "ulimit -n 1024" and run it again (EMFILE)',
  ],
  ['ENFILE', 'the system cannot open more files'],
])('explains %s with its fix', (code, sentence) => {
  expect(systemSentence(system(code, '/state/file'))).toContain(sentence)
})

test('explains a failed write without a path', () => {
  expect(systemSentence(system('ENOSPC'))).toMatch(/^the disk is full/)
})

test('explains causes and aggregated errors', () => {
  const inside = new Error('while doing this', {
    cause: new AggregateError([new Error('x'), system('EROFS')]),
  })
  expect(systemSentence(inside)).toContain('read-only')
})

test('explains a worker that cannot start by its message', () => {
  const error = Object.assign(new Error('Worker initialization failure: EMFILE'), {
    code: 'ERR_WORKER_INIT_FAILED',
  })
  expect(systemSentence(error)).toContain('ulimit -n')
})

test('prints other system errors unchanged, without a stack', () => {
  expect(systemSentence(system('EXDEV'))).toBe('EXDEV: as Node says it')
})

test.each([
  ['an internal error', new TypeError('undefined is not a function')],
  ['an error of Node about an argument', Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' })],
  ['a value that is not an error', 'text'],
])('returns undefined for %s', (_, error) => {
  expect(systemSentence(error)).toBeUndefined()
})

test('recognizes errors of the real file system', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'system-'))
  const file = join(folder, 'file')
  await writeFile(file, '')
  const error = await writeFile(join(file, 'below'), '').catch((thrown: unknown) => thrown)
  expect(systemSentence(error)).toBe(
    `${join(file, 'below')}: this is not a folder: give another folder with --state (ENOTDIR)`,
  )
  await rm(folder, { recursive: true })
})
