/**
 * Secrets Manager over a JSON file, name -> value, which is read on every call so that edits take effect:
 *
 *     { "mirror/docker-hub": { "username": "…", "accessToken": "…" }, "plain": "text" }
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { arnOf } from './arn.ts'
import { AwsError, type Scope, type Service } from './aws-json.ts'
import { readIfThere } from './registry/store/files.ts'

const fileSchema = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]))
const inputSchema = z.object({ SecretId: z.string().min(1).max(2048) })

/**
 * @param file - undefined for no secrets
 * @param deleted - name -> when the secret was scheduled for deletion
 */
export function secretsManager(
  account: string,
  file: string | undefined,
  deleted: ReadonlyMap<string, Date> = new Map(),
): Service {
  const arnOfSecret = (name: string, scope: Scope) =>
    // AWS appends six random characters, which callers may omit.
    arnOf('secretsmanager', scope.region, account, `secret:${name}-Local0`)

  async function find(input: unknown, scope: Scope) {
    const { SecretId: id } = parse(input)
    for (const [name, value] of Object.entries(await secretsIn(file))) {
      const arn = arnOfSecret(name, scope)
      if ([name, arn, arn.replace(/-Local0$/, '')].includes(id)) return { arn, name, value }
    }
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }

  async function getSecretValue(input: unknown, scope: Scope) {
    const { arn, name, value } = await find(input, scope)
    if (deleted.has(name))
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      )
    return {
      ARN: arn,
      Name: name,
      SecretString: typeof value === 'string' ? value : JSON.stringify(value),
      VersionId: randomUUID(),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: Date.now() / 1000,
    }
  }

  /** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
  async function describeSecret(input: unknown, scope: Scope) {
    const { arn, name } = await find(input, scope)
    const at = deleted.get(name)
    return { ARN: arn, Name: name, ...(at === undefined ? {} : { DeletedDate: at.getTime() / 1000 }) }
  }

  return {
    name: 'secretsmanager',
    target: 'secretsmanager',
    resourceOf(input, scope) {
      const id = inputSchema.safeParse(input).data?.SecretId
      if (id === undefined) return '*'
      return id.startsWith('arn:') ? id : arnOfSecret(id, scope)
    },
    async answer(action, input, scope) {
      if (action === 'GetSecretValue') return getSecretValue(input, scope)
      if (action === 'DescribeSecret') return describeSecret(input, scope)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded Secrets Manager`)
    },
  }
}

function parse(input: unknown): z.infer<typeof inputSchema> {
  const parsed = inputSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AwsError('InvalidParameterException', z.prettifyError(parsed.error))
}

async function secretsIn(file: string | undefined): Promise<z.infer<typeof fileSchema>> {
  const bytes = file === undefined ? undefined : await readIfThere(file)
  return bytes === undefined ? {} : fileSchema.parse(JSON.parse(bytes.toString()))
}
