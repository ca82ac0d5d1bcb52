// A bundle is one file that runs by itself, and the same file every time.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundle } from '../../infra/bundle.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function bundled(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-mirror-bundle-'))
  folders.push(folder)
  const { bundling } = bundle(entry, 'index.mjs')
  expect(bundling.local?.tryBundle(folder, bundling)).toBe(true)
  return folder
}

test('it is one file, which has its imports in it and runs on its own', () => {
  const folder = bundled('mirror/parse-list.ts')
  expect(readdirSync(folder)).toEqual(['index.mjs'])
  const program = `const { parseList } = await import(${JSON.stringify(join(folder, 'index.mjs'))})
    console.log(JSON.stringify(parseList('images: [redis]\\nregions: [us-east-1]', 'list')))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
  expect(JSON.parse(String(output))).toMatchObject({ images: ['redis'] })
})

test('the same sources make the same bytes', () => {
  const [first, second] = [1, 2].map(() =>
    readFileSync(join(bundled('mirror/failure.ts'), 'index.mjs'), 'utf8'),
  )
  expect(first).toBe(second)
})

test('names survive minifying, as errors are told apart by them', () => {
  const text = readFileSync(join(bundled('registry/errors.ts'), 'index.mjs'), 'utf8')
  expect(text).toContain('"RegistryError"')
  expect(text.split('\n').length).toBeLessThan(20)
})

test('fails with the place of the mistake', () => {
  expect(() => bundled('infra/no-such-file.ts')).toThrow(/no-such-file/)
})

test('programs of one folder are told apart', () => {
  const [one, other] = [bundle('lambdas/plan.ts', 'index.mjs'), bundle('lambdas/diff.ts', 'index.mjs')]
  expect(one.path).toBe(other.path)
  expect(one.bundling.command).not.toEqual(other.bundling.command)
})
