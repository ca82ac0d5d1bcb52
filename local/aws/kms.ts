/**
 * The public keys of AWS KMS over a JSON file, ARN -> PEM text, which is read on every call so that edits take effect:
 *
 *     { "arn:aws:kms:eu-west-1:123456789012:key/…": "-----BEGIN PUBLIC KEY-----…" }
 */
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { AwsError, type Service } from './aws-json.ts'
import { readIfThere } from './registry/store/files.ts'

const fileSchema = z.record(z.string(), z.string())
const inputSchema = z.object({ KeyId: z.string().min(1).max(2048) })

/** @param file - undefined for no keys */
export function kms(file: string | undefined): Service {
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
    async answer(action, input) {
      if (action === 'GetPublicKey') return getPublicKey(input)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded KMS`)
    },
  }
}

async function keysIn(file: string | undefined): Promise<z.infer<typeof fileSchema>> {
  const bytes = file === undefined ? undefined : await readIfThere(file)
  return bytes === undefined ? {} : fileSchema.parse(JSON.parse(bytes.toString()))
}
