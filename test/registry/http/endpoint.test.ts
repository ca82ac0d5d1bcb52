import { expect, test } from 'vitest'
import { endpointOf, endpointVariable, parseEndpoint } from '../../../registry/http/endpoint.ts'

test.each([
  ['docker.io', 'https://registry-1.docker.io/'],
  ['quay.io', 'https://quay.io/'],
  ['registry.example:5000', 'https://registry.example:5000/'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000/'],
  ['127.1.2.3', 'http://127.1.2.3/'],
  ['localhost:5000', 'http://localhost:5000/'],
  ['registry.localhost', 'http://registry.localhost/'],
  ['[::1]:5000', 'http://[::1]:5000/'],
  ['10.0.0.1:5000', 'https://10.0.0.1:5000/'],
  ['localhost.example', 'https://localhost.example/'],
])('resolves %s to %s', (registry, base) => {
  expect(endpointOf(registry, {}).href).toBe(base)
})

test.each([
  ['docker.io', 'REGISTRY_ENDPOINT_URL_DOCKER_IO'],
  ['127.0.0.1:5000', 'REGISTRY_ENDPOINT_URL_127_0_0_1_5000'],
  ['us-docker.pkg.dev', 'REGISTRY_ENDPOINT_URL_US_DOCKER_PKG_DEV'],
])('overrides the URL of %s by %s', (registry, variable) => {
  expect(endpointVariable(registry)).toBe(variable)
  expect(endpointOf(registry, { [variable]: 'https://proxy.example' }).href).toBe('https://proxy.example/')
  expect(endpointOf(registry, { [variable]: 'http://127.0.0.1:41234' }).href).toBe('http://127.0.0.1:41234/')
})

test('ignores an empty variable', () => {
  expect(endpointOf('quay.io', { REGISTRY_ENDPOINT_URL_QUAY_IO: '' }).href).toBe('https://quay.io/')
})

test.each([
  ['http://proxy.example', /plain HTTP is allowed for loopback addresses only; use https/],
  ['http://10.0.0.1:5000', /plain HTTP/],
  ['proxy.example', /REGISTRY_.* is not a URL/],
  ['ftp://proxy.example', /is not an http or https URL/],
  ['https://user:secret@proxy.example', /contains credentials; remove them$/],
])('refuses the endpoint %s, with the fix', (url, message) => {
  expect(() => parseEndpoint(url, 'REGISTRY_ENDPOINT_URL_X')).toThrow(message)
})
