/**
 * Reads credentials from Secrets Manager, in the format of ECR's pull-through cache:
 * `{"username": "…", "accessToken": "…"}`. Errors never contain the secret's value.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
 */

import { sdkProxy } from '../http/proxy.ts'
import { RegistryError } from '../model/errors.ts'
import { namedReasonOf } from '../model/foreign-error.ts'
import { parseJson } from '../model/json.ts'
import type { Credentials } from '../model/registry.ts'

const PASSWORD_KEYS = ['accessToken', 'password', 'token'] as const

/**
 * @param region - of a secret that is given by its name. @default - the SDK's region
 * @throws RegistryError `unauthorized` if the secret is missing or has no credentials
 */
export async function readCredentials(
  nameOrArn: string,
  signal?: AbortSignal,
  region?: string,
): Promise<Credentials> {
  const text = await readSecret(nameOrArn, signal, region)
  const credentials = parseCredentials(text)
  if (credentials !== undefined) return credentials
  throw unusable(
    `the secret ${nameOrArn} has no credentials: it must be JSON like {"username": "…", "accessToken": "…"}, where the second key may also be "password" or "token"`,
  )
}

/** @returns undefined if the text has no credentials */
export function parseCredentials(text: string): Credentials | undefined {
  const value = parseJson(text)
  const username = stringAt(value, 'username')
  const password = PASSWORD_KEYS.map((key) => stringAt(value, key)).find((found) => found !== undefined)
  return username === undefined || password === undefined ? undefined : { username, password }
}

async function readSecret(
  nameOrArn: string,
  signal: AbortSignal | undefined,
  fallback: string | undefined,
): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(nameOrArn)?.[1] ?? fallback
  const client = new SecretsManagerClient({ ...sdkProxy(), ...(region === undefined ? {} : { region }) })
  try {
    const command = new GetSecretValueCommand({ SecretId: nameOrArn })
    const { SecretString } = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
    return SecretString ?? ''
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof Error)) throw error
    throw explain(nameOrArn, error)
  } finally {
    client.destroy()
  }
}

function explain(nameOrArn: string, error: Error): RegistryError {
  const what = `the secret ${nameOrArn} cannot be read: ${namedReasonOf(error)}`
  const lasting = /NotFound|AccessDenied|InvalidParameter|InvalidRequest|DecryptionFailure|Validation/.test(
    error.name,
  )
  if (!lasting) return new RegistryError(what, { kind: 'unavailable', code: error.name, cause: error })
  return unusable(`${what}; check its name, its region, and the permission to read it and its key`, error)
}

function unusable(message: string, cause?: Error): RegistryError {
  return new RegistryError(message, { kind: 'unauthorized', code: 'SECRET', cause })
}

function stringAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = (value as Record<string, unknown>)[key]
  return typeof found === 'string' && found !== '' ? found : undefined
}
