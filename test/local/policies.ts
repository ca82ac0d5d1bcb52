// The part of IAM that this stack needs: evaluates the policies of a template for recorded calls.
import type { Call } from '../../local/aws/call.ts'
import type { Template } from '../../local/cloudformation/template.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../local/json.ts'

/** One action on one pattern of resources, for one role. */
export interface Right {
  /** Logical id. */
  readonly role: string
  readonly action: string
  readonly resource: string
  /** @default - all regions */
  readonly regions?: readonly string[]
  /** The services that may make the call in the name of the role: `ecr.us-east-1`. @default - the role itself */
  readonly via?: readonly string[]
}

export function rightsOf(template: Template): readonly Right[] {
  const roles = new Map(template.resources('AWS::IAM::Role').map(({ name, id }) => [name, id]))
  refuseInline(template)
  return template.resources('AWS::IAM::Policy').flatMap(({ properties }) => {
    const statements = asArray(asObject(properties.PolicyDocument, 'PolicyDocument').Statement)
    return asArray(properties.Roles).flatMap((name) => {
      const role = roles.get(String(name))
      if (role === undefined) throw new Error(`the template has no role ${name}`)
      return statements.filter(isObject).flatMap((statement) => rightsIn(role, statement))
    })
  })
}

export function allows(right: Right, call: Call): boolean {
  return (
    right.role === call.accessKeyId &&
    matches(right.action.toLowerCase(), nameOf(call).toLowerCase()) &&
    matches(right.resource, call.resource) &&
    (right.regions?.includes(call.region) ?? true) &&
    (right.via?.includes(`${call.via}.${call.region}`) ?? call.via === undefined)
  )
}

/** An action in IAM's format: `ecr:PutImage`. */
export function nameOf({ service, action }: Call): string {
  return `${service}:${action}`
}

/** @throws if a role has permissions outside this template's policies, which would be missed here */
function refuseInline(template: Template): void {
  for (const { id, properties } of template.resources('AWS::IAM::Role')) {
    if (properties.Policies !== undefined || properties.ManagedPolicyArns !== undefined)
      throw new Error(`${id} has inline or managed policies, which are not read here`)
  }
}

function rightsIn(role: string, statement: JsonObject): Right[] {
  const { Effect, Action, Resource, Condition, ...others } = statement
  if (Effect !== 'Allow') throw new Error(`a statement of ${role} has the effect ${Effect}`)
  const unread = Object.keys(others).filter((key) => key !== 'Sid')
  if (unread.length > 0) throw new Error(`a statement of ${role} has ${unread}, which is not read here`)
  const conditions = conditionsIn(Condition)
  return texts(Action).flatMap((action) =>
    texts(Resource).map((resource) => ({ role, action, resource, ...conditions })),
  )
}

/** The only conditions of the stack. Any other would not be evaluated, so it fails. */
function conditionsIn(condition: Json | undefined): Pick<Right, 'regions' | 'via'> {
  if (condition === undefined) return {}
  const { StringEquals, ...operators } = asObject(condition, 'Condition')
  const {
    'aws:RequestedRegion': regions,
    'kms:ViaService': services,
    ...keys
  } = asObject(StringEquals, 'StringEquals')
  const unread = [...Object.keys(operators), ...Object.keys(keys)]
  if (unread.length > 0) throw new Error(`a condition has ${unread}`)
  return {
    ...(regions !== undefined && { regions: texts(regions) }),
    ...(services !== undefined && { via: texts(services).map((name) => name.replace('.amazonaws.com', '')) }),
  }
}

function texts(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : [value ?? null]).map((one) => asString(one, 'a policy'))
}

/** `*` matches any characters, `?` matches one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text)
}
