import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asTyped } from '../../../cli/run/typed.ts'

test('prints paths relative to the folder where the command was typed', () => {
  const env = { npm_lifecycle_event: 'start', INIT_CWD: join(process.cwd(), 'docs') }
  expect(asTyped('.mirror/failed.json', env)).toBe('../.mirror/failed.json')
  expect(asTyped('/x', { ...env, INIT_CWD: '/a/b/c/d/e/f' })).toBe('/x')
})
