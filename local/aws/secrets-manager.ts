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

/** @param file - undefined for no secrets */
export function secretsManager(account: string, file: string | undefined): Service {
  const arnOfSecret = (name: string, scope: Scope) =>
    // AWS appends six random characters, which callers may omit.
    arnOf('secretsmanager', scope.region, account, `secret:${name}-Local0`)

  const getSecretValue = async (input: unknown, scope: Scope) => {
    const { SecretId: id } = parse(input)
    for (const [name, value] of Object.entries(await secretsIn(file))) {
      const arn = arnOfSecret(name, scope)
      if (![name, arn, arn.replace(/-Local0$/, '')].includes(id)) continue
      return {
        ARN: arn,
        Name: name,
        SecretString: typeof value === 'string' ? value : JSON.stringify(value),
        VersionId: randomUUID(),
        VersionStages: ['AWSCURRENT'],
        CreatedDate: Date.now() / 1000,
      }
    }
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
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
