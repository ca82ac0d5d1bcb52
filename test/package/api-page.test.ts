import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { API_PAGE, currentApiPage } from '../../package/api-page.ts'

test('docs/api.md describes what the package exports (npm run docs writes it)', () => {
  const page = currentApiPage()
  expect(readFileSync(API_PAGE, 'utf8')).toBe(page)
  for (const name of ['ImageMirror', 'ImageMirrorProps', 'ImageMirrorList', 'PushMirror']) {
    expect(page).toContain(`\n## ${name}\n`)
  }
})
