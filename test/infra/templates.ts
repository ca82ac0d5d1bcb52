// Test stacks, whole syntheses, and queries on their templates.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack as CdkStack, type Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { STACK_NAME } from '../../infra/stack-name.ts'
import { type List, listSchema } from '../../mirror/list/config.ts'

export interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, unknown>>
  readonly Principal?: unknown
}

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: what a template holds is for the assertions to say
  readonly Properties: any
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

export type Resources = Readonly<Record<string, Resource>>

const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>
}

/** A stack without bundling and validation, which the test of the whole app covers. */
export function testStack(): Stack {
  const app = new App({
    context: context,
    builtinCloudFormationValidation: false,
  })
  return new CdkStack(app, 'Test', { env: { region: 'us-east-1' } })
}

export function listOf(settings: Record<string, unknown> = {}): List {
  return listSchema.parse({
    images: ['docker.io/library/redis:7.4'],
    regions: ['us-east-1', 'eu-west-1'],
    prefix: 'mirror',
    ...settings,
  })
}

/** As written in a list. */
export const LISTED_VPC = {
  id: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
  securityGroups: ['sg-0123456789abcdef0'],
}

export function resourcesOf(stack: Stack): Resources {
  return Template.fromStack(stack).toJSON().Resources as Resources
}

export function templateIn(outdir: string): { Resources: Resources; Outputs: Record<string, unknown> } {
  return JSON.parse(readFileSync(join(outdir, `${STACK_NAME}.template.json`), 'utf8'))
}

export function ofType(resources: Resources, type: string): Resource[] {
  return Object.values(resources).filter(({ Type }) => Type === type)
}

export function only(resources: Resources, type: string): Resource {
  const [one, ...others] = ofType(resources, type)
  if (!one || others.length > 0)
    throw new Error(`expected one ${type}, and found ${others.length + (one ? 1 : 0)}`)
  return one
}

/** The statements of the policies attached to roles, by the policy's logical id. */
export function policies(resources: Resources): Readonly<Record<string, readonly Statement[]>> {
  const found = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
  return Object.fromEntries(found.map(([id, { Properties }]) => [id, Properties.PolicyDocument.Statement]))
}

/** The statements of the policy whose logical id starts with this text, as `Action -> Resource`. */
export function grantsOf(resources: Resources, prefix: string): string[] {
  const found = Object.entries(policies(resources)).filter(([id]) => id.startsWith(prefix))
  return found.flatMap(([, statements]) =>
    statements.flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} ${textOf(resource)}`)),
    ),
  )
}

export function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}

/** Renders an ARN with the names of its references: `arn:<AWS::Partition>:s3:::<Bucket>/runs/*`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const [[key, inner] = ['', undefined]] = Object.entries(value as Record<string, unknown>)
  if (key === 'Ref') return `<${inner}>`
  if (key === 'Fn::GetAtt') return `<${(inner as string[]).join('.')}>`
  if (key === 'Fn::Sub') return String(inner)
  if (key === 'Fn::Join') {
    const [separator, parts] = inner as [string, unknown[]]
    return parts.map(textOf).join(separator)
  }
  return JSON.stringify(value)
}
