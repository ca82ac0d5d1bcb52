/** Places that hold images of a list, outside its file: an object in S3, parameters, a table in DynamoDB. */
import * as z from 'zod'
import { didYouMean } from '../../nearest.ts'

export type ListPlace =
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string }
  /** One parameter of Parameter Store. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** All parameters below a path, which has no slash at its end. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'table'; readonly table: string }

const KINDS = ['s3', 'ssm', 'dynamodb']
export const S3_FORM =
  'must be s3://, the name of a bucket (3 to 63 of a-z 0-9 . -), a slash and a key, such as s3://my-bucket/images.yaml'
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const PARAMETER = /^(?:[a-zA-Z0-9_.-]+|(?:\/[a-zA-Z0-9_.-]+){1,15})$/
const MAX_PARAMETER = 1011
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE = /^[a-zA-Z0-9_.-]{3,255}$/

/** Returns what is wrong with the name of a place, and the fix; undefined if it is valid. */
export function listPlaceProblem(text: string): string | undefined {
  const read = parse(text)
  return typeof read === 'string' ? read : undefined
}

/** @throws for text that is not the name of a place */
export function parseListPlace(text: string): ListPlace {
  const read = parse(text)
  if (typeof read === 'string') throw new Error(`"${text}" ${read}`)
  return read
}

function parse(text: string): ListPlace | string {
  const [kind = '', ...parts] = text.split(':')
  const rest = parts.join(':')
  switch (parts.length === 0 ? '' : kind) {
    case 's3':
      return objectOf(rest)
    case 'ssm':
      return parameterOf(rest)
    case 'dynamodb':
      return TABLE.test(rest)
        ? { kind: 'table', table: rest }
        : 'must be dynamodb: and the name of a table in the home region, such as dynamodb:mirror'
    default:
      return `must be s3://bucket/key, ssm:/name, ssm:/path/ or dynamodb:table${parts.length === 0 ? '' : didYouMean(kind, KINDS)}`
  }
}

function objectOf(rest: string): ListPlace | string {
  const [, bucket = '', key = ''] = /^\/\/([^/]+)\/(.+)$/s.exec(rest) ?? []
  return BUCKET.test(bucket) && key.length <= 1024 && !/[*?]/.test(key)
    ? { kind: 'object', bucket, key }
    : S3_FORM
}

function parameterOf(rest: string): ListPlace | string {
  const name = rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest
  if (!PARAMETER.test(name) || name.length > MAX_PARAMETER) {
    return 'must be ssm: and the name of a parameter, such as ssm:/mirror/images, or a path with a slash at its end'
  }
  if (name === rest) return { kind: 'parameter', name }
  return name.startsWith('/') ? { kind: 'path', path: name } : `must begin with a slash: ssm:/${rest}`
}

const placeSchema = z
  .string()
  .refine((text) => listPlaceProblem(text) === undefined, {
    error: ({ input }) => listPlaceProblem(String(input)),
  })
  .meta({ examples: ['s3://my-bucket/images.yaml', 'ssm:/mirror/images', 'ssm:/mirror/', 'dynamodb:mirror'] })

/** A list names each of its places in its permissions, so the number is bounded. */
export const imagesFromSchema = z.union([placeSchema, z.array(placeSchema).min(1).max(20)])

export function placesOf({ imagesFrom }: { readonly imagesFrom?: string | readonly string[] | undefined }) {
  return [imagesFrom ?? []].flat()
}
