import { expect, test } from 'vitest'
import { checkRealm } from '../../../registry/auth/realm.ts'

function check(realm: string, registry: string, allowed?: string[]): void {
  checkRealm(new URL(realm), new URL(registry), allowed)
}

test.each([
  ['https://auth.docker.io/token', 'https://registry-1.docker.io/'],
  ['https://ghcr.io/token', 'https://ghcr.io/'],
  ['https://quay.io/v2/auth', 'https://quay.io/'],
  ['https://gitlab.com/jwt/auth', 'https://registry.gitlab.com/'],
  ['https://gitlab.example.com/jwt/auth', 'https://registry.example.com:5050/'],
  ['https://docker-auth.elastic.co/auth', 'https://docker.elastic.co/'],
  ['https://team.azurecr.io/oauth2/token', 'https://team.azurecr.io/'],
  ['https://us-docker.pkg.dev/v2/token', 'https://us-docker.pkg.dev/'],
  ['https://registry.example.co.uk/token', 'https://images.example.co.uk/'],
  ['https://login.eu.example.com/token', 'https://docker.registry.example.com/'],
  ['https://auth.corp.internal/token', 'https://registry.corp.internal/'],
  ['https://auth.mine.us-east-1.elb.amazonaws.com/', 'https://mine.us-east-1.elb.amazonaws.com/'],
  ['https://registry.example:5000/token', 'https://registry.example:5000/'],
  ['http://127.0.0.1:5000/token', 'http://127.0.0.1:5000/'],
])('allows %s to receive the credentials for %s', (realm, registry) => {
  expect(() => check(realm, registry)).not.toThrow()
})

test.each([
  ['another host', 'https://evil.example/token', 'https://registry-1.docker.io/'],
  [
    'a host with the name in front',
    'https://registry-1.docker.io.evil.example/token',
    'https://registry-1.docker.io/',
  ],
  ['a host with the name at the end', 'https://evildocker.io/token', 'https://docker.io/'],
  [
    'a host with the name as its path',
    'https://evil.example/registry-1.docker.io',
    'https://registry-1.docker.io/',
  ],
  ['another top-level domain', 'https://auth.docker.com/token', 'https://registry-1.docker.io/'],
  ['a neighbour under a top-level domain', 'https://evil.io/token', 'https://quay.io/'],
  ['a neighbour under a country suffix', 'https://evil.co.uk/token', 'https://example.co.uk/'],
  ['another customer of a cloud', 'https://evil-uc.a.run.app/token', 'https://team-uc.a.run.app/'],
  ['another customer of a host', 'https://evil.netlify.app/token', 'https://team.netlify.app/'],
  [
    'another function behind a URL',
    'https://evil.lambda-url.us-east-1.on.aws/token',
    'https://team.lambda-url.us-east-1.on.aws/',
  ],
  [
    'another load balancer',
    'https://evil.us-east-1.elb.amazonaws.com/token',
    'https://team.us-east-1.elb.amazonaws.com/',
  ],
  ['a neighbour under a suffix of three parts', 'https://evil.x.kawasaki.jp/', 'https://team.y.kawasaki.jp/'],
  ['the registry under a suffix itself', 'https://evil.github.io/token', 'https://github.io/'],
  ['the same name with a dot at its end', 'https://auth.example.com./token', 'https://registry.example.com/'],
  ['a neighbour without a domain', 'https://auth/token', 'https://registry/'],
  ['a bucket beside ECR', 'https://evil.s3.amazonaws.com/', 'https://1.dkr.ecr.us-east-1.amazonaws.com/'],
  ['plain HTTP', 'http://auth.docker.io/token', 'https://registry-1.docker.io/'],
  ['the same host by plain HTTP', 'http://quay.io/token', 'https://quay.io/'],
  ['another port of the same host', 'https://registry.example:8443/token', 'https://registry.example/'],
  ['another port of loopback', 'http://127.0.0.1:5001/token', 'http://127.0.0.1:5000/'],
  ['a neighbour among addresses', 'https://10.0.0.2/token', 'https://10.0.0.1/'],
])('row 9: refuses credentials to %s', (_, realm, registry) => {
  expect(() => check(realm, registry)).toThrow(/refused to send the credentials/)
})

test.each([
  ['https://registry.example.com:5000/', 'registries.registry.example.com:5000.realms'],
  ['https://registry-1.docker.io/', 'registries.docker.io.realms'],
])('names for %s the setting %s in the error', (registry, setting) => {
  const fix = `to trust it, add https://login.other to ${setting}`
  expect(() => check('https://login.other/token', registry)).toThrow(fix)
})

test('allows a token server that the operator names by its exact origin', () => {
  const allowed = ['https://login.example:8443']
  expect(() => check('https://login.example:8443/token', 'https://registry.other/', allowed)).not.toThrow()
  expect(() => check('https://login.example/token', 'https://registry.other/', allowed)).toThrow()
})
