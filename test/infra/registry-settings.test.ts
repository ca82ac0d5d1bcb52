import { expect, test } from 'vitest'
import { registrySettings } from '../../infra/registry-settings.ts'

test('a reserve becomes a variable; none becomes nothing', () => {
  expect(registrySettings({ rateLimit: { reserve: 20 } })).toEqual({ REGISTRY_PULL_RESERVE: '20' })
  expect(registrySettings({ rateLimit: { reserve: 0 } })).toEqual({})
  expect(registrySettings({})).toEqual({})
})

test('a registry that is read through IAM is named', () => {
  const registries = { 'public.ecr.aws': { credentials: 'iam' }, 'quay.io': {} } as const
  expect(registrySettings({ registries })).toEqual({ REGISTRY_CREDENTIALS_PUBLIC_ECR_AWS: 'iam' })
})

test('token servers that a registry may name are told with spaces between them', () => {
  const registries = {
    'registry.example.com': { realms: ['https://auth.example.org', 'https://sso.example.net:8443'] },
  }
  expect(registrySettings({ registries })).toEqual({
    REGISTRY_REALMS_REGISTRY_EXAMPLE_COM: 'https://auth.example.org https://sso.example.net:8443',
  })
})
