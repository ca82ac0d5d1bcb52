/**
 * AWS KMS on loopback: the keys of stacks, and the public keys of a JSON file, ARN -> PEM text. Every call reads the file,
 * so that edits take effect:
 *
 *     { "arn:aws:kms:eu-west-1:123456789012:key/…": "-----BEGIN PUBLIC KEY-----…" }
 */
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { arnOf } from './arn.ts'
import { AwsError, type Scope, type Service } from './aws-json.ts'
import type { Hosted } from './deployed/hosted.ts'
import { readIfThere } from './registry/store/files.ts'

const fileSchema = z.record(z.string(), z.string())
const inputSchema = z.object({ KeyId: z.string().min(1).max(2048) })

/** @param file - undefined for no public keys */
export function kms(account: string, file: string | undefined, hosted?: Hosted): Service {
  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
  async function describeKey(input: unknown, { region }: Scope) {
    const parsed = inputSchema.safeParse(input)
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error))
    const { KeyId } = parsed.data
    const id = KeyId.slice(KeyId.lastIndexOf('/') + 1)
    const Arn = KeyId.startsWith('arn:') ? KeyId : arnOf('kms', region, account, `key/${id}`)
    const isOfStack = hosted?.stacks.some(
      (stack) =>
        stack.region === region &&
        Arn === arnOf('kms', region, account, `key/${id}`) &&
        stack.resources?.some(({ type, physicalId }) => type === 'AWS::KMS::Key' && physicalId === id),
    )
    if (!isOfStack && !new Map(Object.entries(await keysIn(file))).has(Arn))
      throw new AwsError('NotFoundException', `Key '${Arn}' does not exist`)
    const KeyState = hosted?.account.keys.get(id) ?? 'Enabled'
    return { KeyMetadata: { KeyId: id, Arn, KeyState, Enabled: KeyState === 'Enabled' } }
  }

  async function getPublicKey(input: unknown) {
    const parsed = inputSchema.safeParse(input)
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error))
    const { KeyId } = parsed.data
    const pem = new Map(Object.entries(await keysIn(file))).get(KeyId)
    if (pem === undefined) throw new AwsError('NotFoundException', `Key '${KeyId}' does not exist`)
    const key = createPublicKey(pem)
    return {
      KeyId,
      KeyUsage: 'SIGN_VERIFY',
      KeySpec: key.asymmetricKeyType === 'rsa' ? 'RSA_2048' : 'ECC_NIST_P256',
      PublicKey: key.export({ type: 'spki', format: 'der' }).toString('base64'),
    }
  }

  return {
    name: 'kms',
    target: 'TrentService',
    anyRegion: true,
    resourceOf: (input) => inputSchema.safeParse(input).data?.KeyId ?? '*',
    async answer(action, input, scope) {
      if (action === 'GetPublicKey') return getPublicKey(input)
      if (action === 'DescribeKey') return describeKey(input, scope)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded KMS`)
    },
  }
}

async function keysIn(file: string | undefined): Promise<z.infer<typeof fileSchema>> {
  const bytes = file === undefined ? undefined : await readIfThere(file)
  return bytes === undefined ? {} : fileSchema.parse(JSON.parse(bytes.toString()))
}
