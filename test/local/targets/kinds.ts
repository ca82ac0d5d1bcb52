// A target of every kind: registries with different requirements, other accounts, and ECR Public.
import { basicAuthenticator, bearerAuthenticator } from '../../../local/aws/registry/authenticators.ts'
import type { Quirks } from '../../../local/aws/registry/policy.ts'

/** User -> password. */
export const USERS = { robot: 'correct horse' }
/** Registries outside AWS, by the name of their target. */
export const KINDS: Readonly<Record<string, Quirks>> = {
  basic: { auth: basicAuthenticator(USERS) },
  tokens: { auth: bearerAuthenticator({ users: USERS, anonymousPull: false }) },
  limited: {},
  spent: {},
  old: { referrersApi: false },
  closed: { createOnPush: false },
  down: {},
}

export const PROD = {
  account: '210987654321',
  regions: ['us-east-1', 'ap-southeast-2'],
  role: 'arn:aws:iam::210987654321:role/image-mirror',
  externalId: 'mirror',
}

/** Another account that lets the mirror in by its registry policy. */
export const STAGE = {
  account: '333333333333',
  regions: ['eu-west-1'],
  namespace: 'in',
  repository: '{flat}',
}
export const GALLERY = { registry: 'public.ecr.aws', namespace: 'a1b2c3d4/mirror', public: true }
