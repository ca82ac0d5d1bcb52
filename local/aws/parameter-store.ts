/**
 * Systems Manager Parameter Store over a YAML file, name -> value, which is read on every call so that edits take
 * effect. Text is a String, a list of texts a StringList:
 *
 *     /mirror/images: |
 *       - docker.io/library/redis:7.4
 *     /mirror/more: ['docker.io/library/alpine:3.22', 'quay.io/prometheus/node-exporter:v1.8.2']
 *     /mirror/secret: {SecureString: …}
 */
import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import { arnOf } from './arn.ts'
import { AwsError, type Scope, type Service } from './aws-json.ts'
import { readIfThere } from './registry/store/files.ts'

/** Of an advanced parameter; a standard one has 4 KB. https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const MAX_BYTES = 8192

const valueSchema = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({ SecureString: z.string() }),
])
const fileSchema = z.record(z.string(), valueSchema)

const nameSchema = z.object({ Name: z.string().min(1).max(2048), WithDecryption: z.boolean().optional() })
const pathSchema = z.object({
  Path: z.string().min(1).max(2048),
  Recursive: z.boolean().default(false),
  WithDecryption: z.boolean().optional(),
  MaxResults: z.int().min(1).max(10).default(10),
  NextToken: z.string().optional(),
})

/** The version of the bootstrap stack of a region. */
export type BootstrapVersion = (region: string) => number | undefined

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version'

/** @param file - undefined for no parameters besides the version of the bootstrap stack */
export function parameterStore(
  account: string,
  file: string | undefined,
  bootstrapVersion: BootstrapVersion = () => undefined,
): Service {
  const arnOfParameter = (name: string, { region }: Scope) =>
    arnOf('ssm', region, account, `parameter/${name.replace(/^\//, '')}`)

  async function getParameter(input: unknown, scope: Scope) {
    const { Name } = parsed(nameSchema, input)
    const version = Name === BOOTSTRAP ? bootstrapVersion(scope.region)?.toString() : undefined
    const value = version ?? new Map(Object.entries(await parametersIn(file))).get(Name)
    if (value === undefined) throw new AwsError('ParameterNotFound', '')
    return { Parameter: describe(Name, value, scope) }
  }

  /** Pages have 10 parameters, as in AWS, and a path without parameters is empty. */
  async function getParametersByPath(input: unknown, scope: Scope) {
    const { Path, Recursive, MaxResults, NextToken } = parsed(pathSchema, input)
    if (!Path.startsWith('/')) throw new AwsError('ValidationException', MUST_BEGIN)
    const folder = Path.endsWith('/') ? Path : `${Path}/`
    const below = Object.entries(await parametersIn(file))
      .filter(([name]) => name.startsWith(folder) && (Recursive || !name.slice(folder.length).includes('/')))
      .sort(([a], [b]) => (a < b ? -1 : 1))
    const from = NextToken === undefined ? 0 : Number(NextToken)
    if (!Number.isInteger(from)) throw new AwsError('InvalidNextToken', 'The specified token is not valid.')
    const page = below.slice(from, from + MaxResults)
    const next = from + page.length
    return {
      Parameters: page.map(([name, value]) => describe(name, value, scope)),
      ...(next < below.length ? { NextToken: String(next) } : {}),
    }
  }

  function describe(name: string, value: z.infer<typeof valueSchema>, scope: Scope) {
    const [Type, text] =
      typeof value === 'string'
        ? ['String', value]
        : Array.isArray(value)
          ? ['StringList', value.join(',')]
          : // Without decryption, the value is a ciphertext.
            ['SecureString', Buffer.from(value.SecureString).toString('base64')]
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw new Error(`${name} has more than ${MAX_BYTES} bytes, which Parameter Store does not hold`)
    return {
      ARN: arnOfParameter(name, scope),
      DataType: 'text',
      LastModifiedDate: Date.now() / 1000,
      Name: name,
      Type,
      Value: text,
      // AWS counts; another value is another version here.
      Version: createHash('sha256').update(text).digest().readUInt32BE() + 1,
    }
  }

  return {
    name: 'ssm',
    // Regions outside the mirror can be bootstrapped, too.
    anyRegion: true,
    target: 'AmazonSSM',
    resourceOf(input, scope) {
      const { Name, Path } = (input ?? {}) as { readonly Name?: unknown; readonly Path?: unknown }
      const name = Name ?? Path
      return typeof name === 'string' ? arnOfParameter(name, scope) : '*'
    },
    async answer(action, input, scope) {
      if (action === 'GetParameter') return getParameter(input, scope)
      if (action === 'GetParametersByPath') return getParametersByPath(input, scope)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded Parameter Store`)
    },
  }
}

const MUST_BEGIN =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".'

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new AwsError('ValidationException', z.prettifyError(result.error))
}

async function parametersIn(file: string | undefined): Promise<z.infer<typeof fileSchema>> {
  const bytes = file === undefined ? undefined : await readIfThere(file)
  return bytes === undefined ? {} : fileSchema.parse(parse(bytes.toString()) ?? {})
}
