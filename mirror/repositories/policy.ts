/**
 * Repository policies. A repository's policy may have statements of others, such as those that Lambda adds, so only
 * statements whose `Sid` begins with `ImageMirror` are ours.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
 */
import * as z from 'zod'
import type { PolicyStatement, RepositoryPolicy } from '../list/repositories/policy-schema.ts'

/** A statement with whatever keys it has. */
export type Statement = Readonly<Record<string, unknown>>

export interface PolicyPlace {
  readonly region: string
  readonly partition: string
}

const OURS = 'ImageMirror'
const VERSION = '2012-10-17'
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
export const MAX_POLICY = 10_240

const GET = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const PULL = ['ecr:BatchCheckLayerAvailability', ...GET]

/** The statements that the list stands for, each with a `Sid` of ours. */
export function policyStatements(
  { pull = {}, statements = [] }: RepositoryPolicy,
  place: PolicyPlace,
): Statement[] {
  const { organization, accounts, lambda } = pull
  return [
    ...(organization === undefined ? [] : [organizationMayPull(organization)]),
    ...(accounts === undefined ? [] : [accountsMayPull(accounts)]),
    ...(lambda === undefined ? [] : [lambdaMayPull(lambda, place)]),
    ...statements.map((statement, index) => ({ ...statement, Sid: sidOf(statement, index) })),
  ]
}

function sidOf({ Sid }: PolicyStatement, index: number): string {
  if (Sid?.startsWith(OURS)) return Sid
  return `${OURS}${Sid ?? `Statement${index + 1}`}`
}

function organizationMayPull(id: string): Statement {
  return {
    Sid: `${OURS}PullOrganization`,
    Effect: 'Allow',
    Principal: '*',
    Action: PULL,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': id } },
  }
}

/** An account's id stands for its root ARN in every partition. */
function accountsMayPull(accounts: readonly string[]): Statement {
  return { Sid: `${OURS}PullAccounts`, Effect: 'Allow', Principal: { AWS: [...accounts] }, Action: PULL }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions */
function lambdaMayPull(accounts: readonly string[], { region, partition }: PolicyPlace): Statement {
  const functions = accounts.map((account) => `arn:${partition}:lambda:${region}:${account}:function:*`)
  return {
    Sid: `${OURS}PullLambda`,
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: GET,
    Condition: { StringLike: { 'aws:sourceArn': functions } },
  }
}

const documentSchema = z.object({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]),
})

/** @throws if the text is not a policy */
function parsePolicy(text: string | undefined): {
  readonly head: object
  readonly statements: readonly Statement[]
} {
  if (text === undefined) return { head: { Version: VERSION }, statements: [] }
  const { Statement, ...head } = documentSchema.parse(JSON.parse(text))
  return { head, statements: [Statement].flat() }
}

/** The statements of a repository's policy that are ours. */
export function ownStatements(text: string | undefined): Statement[] {
  return parsePolicy(text).statements.filter(isOurs)
}

/** Puts our statements into a repository's policy, in place of our earlier ones. */
export function mergePolicy(text: string | undefined, wanted: readonly Statement[]): string {
  const { head, statements } = parsePolicy(text)
  return JSON.stringify({ ...head, Statement: [...statements.filter((one) => !isOurs(one)), ...wanted] })
}

function isOurs({ Sid }: Statement): boolean {
  return typeof Sid === 'string' && Sid.startsWith(OURS)
}

/** The names of statements that only one side has, or that differ. */
export function differingStatements(some: readonly Statement[], others: readonly Statement[]): string[] {
  const [a, b] = [bySid(some), bySid(others)]
  return [...new Set([...a.keys(), ...b.keys()])].filter((sid) => a.get(sid) !== b.get(sid)).sort()
}

function bySid(statements: readonly Statement[]): Map<string, string> {
  return new Map(statements.map((statement) => [String(statement.Sid), meaning(statement)]))
}

/** Whether the new statements allow only what the old ones do. If they cannot be compared, assumes that they allow more. */
export function admitsNoMore(before: readonly Statement[], after: readonly Statement[]): boolean {
  const kept = new Set(after.map(meaning))
  const denies = before.filter(({ Effect }) => Effect === 'Deny')
  const allows = before.filter(({ Effect }) => Effect === 'Allow')
  return (
    denies.every((deny) => kept.has(meaning(deny))) &&
    after.every((next) => next.Effect === 'Deny' || allows.some((old) => isWithin(next, old)))
  )
}

/** Whether a statement has the conditions of another, and no principal and no action besides its own. */
function isWithin(statement: Statement, other: Statement): boolean {
  const rest = ({ Principal: _, Action: _action, Sid: _sid, ...others }: Statement) => meaning(others)
  const actions = new Set(actionsOf(other))
  const principals = new Set(principalsOf(other))
  return (
    rest(statement) === rest(other) &&
    actionsOf(statement).every((one) => actions.has(one) || actions.has('ecr:*')) &&
    principalsOf(statement).every((one) => principals.has(one) || principals.has('AWS *'))
  )
}

/** Text that is the same for statements that mean the same: order, single-element lists and forms of ARNs do not count. */
function meaning({ Sid: _, Principal, Action, Condition, ...rest }: Statement): string {
  return JSON.stringify([
    canonical(rest),
    principalsOf({ Principal }),
    actionsOf({ Action }),
    canonical(conditionOf(Condition)),
  ])
}

/** Names of condition keys are case-insensitive. */
function conditionOf(condition: unknown): unknown {
  if (!isRecord(condition)) return condition ?? {}
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      isRecord(keys)
        ? Object.fromEntries(
            Object.entries(keys).map(([key, values]) => [key.toLowerCase(), textsOf(values)]),
          )
        : keys,
    ]),
  )
}

function actionsOf({ Action }: Statement): string[] {
  return textsOf(Action).map((action) => action.toLowerCase())
}

function principalsOf({ Principal }: Statement): string[] {
  if (!isRecord(Principal)) return textsOf(Principal).map((one) => `AWS ${one}`)
  const names = Object.entries(Principal).flatMap(([type, of]) =>
    textsOf(of).map((one) => `${type} ${accountOf(one)}`),
  )
  return [...new Set(names)].sort()
}

/** AWS returns the root ARN of an account for its id. */
function accountOf(principal: string): string {
  return /^arn:aws[a-z-]{0,20}:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = value === undefined ? [] : [value].flat()
  return [...new Set(values.map(String))].sort()
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, of]) => [key, canonical(of)] as const)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
