// The form that an image's settings select.
import { expect, test } from 'vitest'
import { formKey, formOf } from '../../../mirror/platforms/form.ts'

test.each([
  [{}, undefined],
  [{ platforms: ['all'], as: 'manifest' as const }, undefined],
  [
    { platforms: ['linux/arm64/v8', 'linux/amd64'] },
    { platforms: ['linux/amd64', 'linux/arm64'], asManifest: false },
  ],
  [
    { platforms: ['linux/amd64'], as: 'index' as const },
    { platforms: ['linux/amd64'], asManifest: false },
  ],
  [
    { platforms: ['linux/amd64'], as: 'manifest' as const },
    { platforms: ['linux/amd64'], asManifest: true },
  ],
])('%j asks for %j', (settings, form) => {
  expect(formOf(settings)).toEqual(form)
})

test('decisions are shared by settings that mean the same, and by no others', () => {
  const key = (platforms: string[], as?: 'manifest') => {
    const form = formOf({ platforms, as })
    return form && formKey(form)
  }
  expect(key(['linux/arm64', 'linux/amd64'])).toBe(key(['linux/x86_64', 'linux/arm64/v8', 'linux/amd64']))
  const keys = [key(['linux/amd64']), key(['linux/arm64']), key(['linux/amd64'], 'manifest')]
  expect(new Set(keys).size).toBe(3)
})
