/**
 * Repository policies as ECR checks and returns them.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
 */
import { z } from 'zod'
import { AwsError } from '../../aws-json.ts'
import { invalidParameter } from '../messages.ts'

const MAX_CHARACTERS = 10_240
const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
const principal = z.union([
  z.literal('*'),
  z.partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), texts),
])

/** Without `Resource`, which ECR refuses: https://github.com/aws/aws-cdk/pull/3590 */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
  })
  .refine((one) => (one.Principal === undefined) !== (one.NotPrincipal === undefined))
  .refine((one) => (one.Action === undefined) !== (one.NotAction === undefined))
  .refine((one) => [one.Action ?? one.NotAction ?? []].flat().every((name) => /^(\*|ecr:[\w*]+)$/.test(name)))

const document = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement).min(1)]),
})

/**
 * The policy as ECR returns it: ids of accounts as ARNs, lists in another order, single elements without their list.
 * https://github.com/crossplane-contrib/provider-aws/issues/700
 * @throws {AwsError} InvalidParameterException
 */
export function storedRepositoryPolicy(text: string, partition: string): string {
  const parsed = document.safeParse(readJson(text))
  if (!parsed.success || text.length > MAX_CHARACTERS || hasRepeatedSids(parsed.data.Statement))
    throw refuse()
  const { Statement, ...head } = parsed.data
  const stored = Statement.map(({ Sid, Effect, Principal, Action, ...others }) => ({
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    ...(Principal === undefined ? {} : { Principal: principalOf(Principal, partition) }),
    ...(Action === undefined ? {} : { Action: single(Action) }),
    ...others,
  }))
  return JSON.stringify({ ...head, Statement: stored }, undefined, 2)
}

function hasRepeatedSids(statements: readonly { readonly Sid?: string | undefined }[]): boolean {
  const sids = statements.flatMap(({ Sid }) => Sid ?? [])
  return new Set(sids).size < sids.length
}

function principalOf(given: z.infer<typeof principal>, partition: string) {
  if (given === '*') return given
  return Object.fromEntries(
    Object.entries(given).map(([type, of]) => [
      type,
      single([of].flat().map((one) => (/^\d{12}$/.test(one) ? `arn:${partition}:iam::${one}:root` : one))),
    ]),
  )
}

function single(given: string | readonly string[]): string | readonly string[] {
  const list = [given].flat().toReversed()
  return list.length === 1 ? (list[0] ?? '') : list
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(): AwsError {
  const message = invalidParameter('PolicyText', 'Invalid repository policy provided')
  return new AwsError('InvalidParameterException', message)
}
