import { expect, test } from 'vitest'
import { licensesOf } from '../../package/licenses.ts'

const text = licensesOf([
  'registry/open.ts',
  'node_modules/zod/v4/core/api.js',
  'node_modules/yaml/dist/index.js',
])

test('names each package whose code is bundled, with its version and the text of its licence', () => {
  expect(text).toMatch(/^zod \d+\.\d+\.\d+$/m)
  expect(text).toMatch(/^yaml \d+\.\d+\.\d+$/m)
  expect(text).toContain('Permission is hereby granted')
})

test('has a licence that packages share only once', () => {
  const inputs = ['client-ecr', 'client-s3'].map((name) => `node_modules/@aws-sdk/${name}/index.js`)
  const shared = licensesOf(inputs)
  expect(shared.match(/TERMS AND CONDITIONS FOR USE/g)).toHaveLength(1)
})
