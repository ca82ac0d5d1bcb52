/**
 * Packs grants into policy documents that IAM accepts. A managed policy has at most 6,144 characters; a grant with more
 * resources is split. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { Aws } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Grant, statementOf } from './grant.ts'

const MAX_DOCUMENT = 6144
/** The length of `{"Version":"2012-10-17","Statement":[]}`. */
const ENVELOPE = 40

/** The statements of each document. */
export function documentsOf(grants: readonly Grant[]): PolicyStatement[][] {
  const documents: Grant[][] = []
  let room = 0
  for (const grant of grants) {
    const frame = sizeOf({ ...grant, resources: [] })
    let part: string[] | undefined
    for (const resource of grant.resources) {
      const size = characters(resource) + 1
      if (size + (part === undefined ? frame : 0) > room) {
        documents.push([])
        room = MAX_DOCUMENT - ENVELOPE
        part = undefined
      }
      if (part === undefined) {
        part = []
        documents.at(-1)?.push({ ...grant, resources: part })
        room -= frame
      }
      part.push(resource)
      room -= size
    }
  }
  return documents.map((grantsOfOne) => grantsOfOne.map(statementOf))
}

/** The limits of an inline grant: all inline policies of a role have at most 10,240 characters in total. */
const MAX_INLINE = { resources: 10, characters: 1500 }

export function isInline(grant: Grant): boolean {
  return grant.resources.length <= MAX_INLINE.resources && sizeOf(grant) <= MAX_INLINE.characters
}

/** The size of the grant's statement with the comma after it. */
function sizeOf(grant: Grant): number {
  return characters(statementOf(grant).toStatementJson()) + '"Resource":[],'.length
}

/** The longest values of pseudo parameters, for stacks without a fixed partition and region. */
const PSEUDO = [
  [Aws.PARTITION, 'aws-us-gov'],
  [Aws.REGION, 'ap-northeast-1'],
  [Aws.ACCOUNT_ID, '111122223333'],
] as const
/** Stands in for names and ARNs that only CloudFormation knows. */
const UNKNOWN = '?'.repeat(200)

/** Characters of the JSON after CloudFormation resolves tokens. IAM does not count whitespace. */
function characters(value: unknown): number {
  const known = PSEUDO.reduce(
    (text, [token, longest]) => text.replaceAll(token, longest),
    JSON.stringify(value),
  )
  return known.replaceAll(/\$\{Token\[[^\]]{1,60}\]\}/g, UNKNOWN).length
}
