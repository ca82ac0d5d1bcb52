/**
 * IAM on loopback: the roles that stacks have deployed.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
import { AwsError } from '../aws-json.ts'
import { element, escaped, type QueryService } from '../query.ts'
import type { Hosted } from './hosted.ts'
import { hasResource } from './stack-resources.ts'

export function roles(account: string, hosted: Pick<Hosted, 'stacks' | 'account'>): QueryService {
  const arnOfRole = (form: URLSearchParams): string =>
    `arn:aws:iam::${account}:role/${form.get('RoleName') ?? ''}`

  function getRole(form: URLSearchParams): string {
    const name = form.get('RoleName') ?? ''
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw new AwsError('ValidationError', `Invalid role name: ${name}`)
    // IAM is global.
    if (!hasResource(hosted, undefined, 'AWS::IAM::Role', name))
      throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`)
    const fields = {
      Path: '/',
      RoleName: name,
      RoleId: 'AROALOCALLOCALLOCALLO',
      Arn: arnOfRole(form),
      CreateDate: '2026-11-01T00:00:00Z',
    }
    const role = Object.entries(fields).map(([key, value]) => element(key, escaped(value)))
    return element('Role', role.join(''))
  }

  return {
    name: 'iam',
    resourceOf: arnOfRole,
    answer(action, form) {
      if (action === 'GetRole') return getRole(form)
      throw new AwsError('InvalidAction', `${action} is not part of the embedded IAM`)
    },
  }
}
