// Settings of single registries.
import { expect, test } from 'vitest'
import { parseList } from '../../../mirror/list/parse-list.ts'

function complaint(registries: unknown, region = 'us-east-1'): string {
  try {
    parseList(JSON.stringify({ regions: [region], images: ['redis'], registries }, undefined, 1), 'l.json')
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('ECR Public may be read as the roles of the stack', () => {
  expect(complaint({ 'public.ecr.aws': { credentials: 'iam' } })).toBe('')
})

test('a setting that is empty is refused', () => {
  expect(complaint({ 'harbor.example': { ca: '' } })).toContain('registries.harbor.example.ca')
})

test('a registry may have token servers elsewhere', () => {
  expect(complaint({ 'registry.example.com': { realms: ['https://auth.example.org'] } })).toBe('')
})

test.each([
  [
    'a token server without TLS',
    { 'a.example': { realms: ['http://auth.example'] } },
    'must be https:// and a host',
  ],
  [
    'a token server with a path',
    { 'a.example': { realms: ['https://b.example/x'] } },
    'must be https:// and a host',
  ],
  [
    'another registry with iam',
    { 'quay.io': { credentials: 'iam' } },
    'registries.quay.io.credentials: "iam" is only for public.ecr.aws',
  ],
  ['a name of Docker Hub that is not its first', { 'index.docker.io': {} }, 'must be written as "docker.io"'],
  ['what is no host', { 'quay.io/team': {} }, 'is not the host of a registry'],
  ['a key that nobody knows', { 'quay.io': { credential: 'iam' } }, 'did you mean "credentials"?'],
])('%s is refused', (_, registries, words) => {
  expect(complaint(registries)).toContain(words)
})

test('a partition that ECR Public is not in is refused', () => {
  expect(complaint({ 'public.ecr.aws': { credentials: 'iam' } }, 'cn-north-1')).toContain('partition aws-cn')
})
