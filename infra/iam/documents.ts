/**
 * Packs grants into policy documents that IAM accepts: a managed policy has 6,144 characters, and a grant on more
 * resources than that is split. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { Aws } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Grant, statementOf } from './grant.ts'

const MAX_DOCUMENT = 6144
/** `{"Version":"2012-10-17","Statement":[]}`. */
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

/** What a grant may take of a role's inline policies, which have 10,240 characters together. */
const MAX_INLINE = { resources: 10, characters: 1500 }

export function isInline(grant: Grant): boolean {
  return grant.resources.length <= MAX_INLINE.resources && sizeOf(grant) <= MAX_INLINE.characters
}

/** Of the statement that a grant becomes, with the comma after it. */
function sizeOf(grant: Grant): number {
  return characters(statementOf(grant).toStatementJson()) + '"Resource":[],'.length
}

/** The longest that they can be, for a stack that is deployed in any partition and region. */
const PSEUDO = [
  [Aws.PARTITION, 'aws-us-gov'],
  [Aws.REGION, 'ap-northeast-1'],
  [Aws.ACCOUNT_ID, '111122223333'],
] as const
/** For what only CloudFormation knows: names and ARNs of resources. */
const UNKNOWN = '?'.repeat(200)

/** Characters of JSON once CloudFormation has filled in what is not known yet. IAM counts no whitespace. */
function characters(value: unknown): number {
  const known = PSEUDO.reduce(
    (text, [token, longest]) => text.replaceAll(token, longest),
    JSON.stringify(value),
  )
  return known.replaceAll(/\$\{Token\[[^\]]{1,60}\]\}/g, UNKNOWN).length
}
