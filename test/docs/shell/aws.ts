// Checks `aws` commands against the models of the AWS SDK: operations, parameters and required parameters.
import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as ecr from '@aws-sdk/client-ecr'
import * as secretsmanager from '@aws-sdk/client-secrets-manager'
import * as stepfunctions from '@aws-sdk/client-sfn'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import type { Words } from './words.ts'

const SERVICES: Readonly<Record<string, object>> = {
  cloudformation,
  dynamodb,
  ecr,
  secretsmanager,
  stepfunctions,
  sns,
  sqs,
}

/** Flags of every command: https://docs.aws.amazon.com/cli/latest/reference/#options, and those of paginated ones. */
const GLOBAL = ['--region', '--profile', '--output', '--query', '--max-items', '--page-size']

/** Commands without an operation in the SDK, or without a client here, with their flags. */
const OTHERS: Readonly<Record<string, { readonly required: Words; readonly optional: Words }>> = {
  's3 cp': { required: [], optional: ['--recursive'] },
  's3 rb': { required: [], optional: ['--force'] },
  'cloudformation deploy': { required: ['--stack-name', '--template-file'], optional: ['--capabilities'] },
  'scheduler get-schedule': { required: ['--name'], optional: ['--group-name'] },
}

/** Parameters that have another name on the command line. */
const RENAMED: Readonly<Record<string, string>> = { 'sns subscribe --notification-endpoint': '--endpoint' }

export function problemsOfAws([, service = '', operation = '', ...rest]: Words): string[] {
  const name = `${service} ${operation}`
  const known = OTHERS[name] ?? parametersOf(service, operation)
  if (known === undefined) return [`aws ${name} is neither in the SDK nor in the table`]
  const given = rest
    .filter((word) => word.startsWith('--'))
    .filter((flag) => !GLOBAL.includes(flag))
    .map((flag) => RENAMED[`${name} ${flag}`] ?? flag)
  const all = [...known.required, ...known.optional]
  return [
    ...given.filter((flag) => !all.includes(flag)).map((flag) => `aws ${name} has no ${flag}`),
    ...known.required.filter((flag) => !given.includes(flag)).map((flag) => `aws ${name} needs ${flag}`),
  ]
}

/** The SDK's schema of a structure: its kind, namespace, name, traits, members, their types, and how many are required. */
type Structure = readonly [3, string, string, unknown, readonly string[], unknown, number?]

function parametersOf(service: string, operation: string) {
  const command = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const model = new Map(Object.entries(SERVICES[service] ?? {})).get(`${command}$`) as
    | readonly [9, string, string, unknown, () => Structure]
    | undefined
  if (model === undefined) return undefined
  const [, , , , members, , required = 0] = model[4]()
  const flags = members.map(
    (member) =>
      `--${member.replace(/^[A-Z]+(?=[A-Z]|$)|^[A-Z]/, (start) => start.toLowerCase()).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  )
  return { required: flags.slice(0, required), optional: flags.slice(required) }
}
