/** Event patterns for the pushes that start runs, split into as many rules as the names need. */
import { Aws } from 'aws-cdk-lib'
import type { EventPattern } from 'aws-cdk-lib/aws-events'
import { matchesAny } from '../../mirror/list/names.ts'
import type { PushSettings } from '../../mirror/list/push-schema.ts'
import { invalidInput } from '../problems.ts'

/** The maximum length of an event pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN = 2048

/**
 * Each rule adds a statement of 340 characters to the policy of the dead-letter queue, which has at most 8,192
 * characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 */
const MAX_RULES = 20

/**
 * Artifacts that are pushed by their digest, such as signatures. The platforms of an index and their attestations have
 * an empty tag too, and the type of an image's config.
 */
const BY_DIGEST = {
  'image-tag': [''],
  'artifact-media-type': [
    {
      'anything-but': [
        'application/vnd.docker.container.image.v1+json',
        'application/vnd.oci.image.config.v1+json',
      ],
    },
  ],
}

/**
 * Matches pushed tags and artifacts in the repositories of the list. DELETE and UPDATE_STORAGE_CLASS have the same
 * detail-type.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 * @throws InvalidInput if the names need more rules than the limit
 */
export function pushesTo(regions: readonly string[], { repositories }: PushSettings): EventPattern[] {
  const pattern = (names: readonly NamePattern[]): EventPattern => ({
    source: ['aws.ecr'],
    detailType: ['ECR Image Action'],
    account: [Aws.ACCOUNT_ID],
    region: [...regions],
    detail: {
      'action-type': ['PUSH'],
      result: ['SUCCESS'],
      $or: [{ 'image-tag': [{ 'anything-but': '' }] }, BY_DIGEST],
      'repository-name': [...names],
    },
  })
  const room = MAX_PATTERN - sizeOf(pattern([]))
  const groups = grouped(distinct(repositories).map(namePattern), room)
  if (groups.length > MAX_RULES) throw tooMany(repositories.length, groups.length)
  return groups.map(pattern)
}

type NamePattern = string | { prefix: string } | { wildcard: string }

/** Removes names that other patterns match: a push that matches two rules would start two runs. */
function distinct(repositories: readonly string[]): string[] {
  const patterns = [...new Set(repositories)]
  const wide = patterns.filter((pattern) => pattern.includes('*'))
  return patterns.filter((name) => !wide.some((other) => other !== name && matchesAny([other], name)))
}

function grouped(names: readonly NamePattern[], room: number): NamePattern[][] {
  const groups: NamePattern[][] = []
  let left = 0
  for (const name of names) {
    const size = sizeOf(name) + 1
    if (size > left) {
      groups.push([])
      left = room
    }
    groups.at(-1)?.push(name)
    left -= size
  }
  return groups
}

/** The account token is longer than the twelve digits that replace it. */
function sizeOf(value: unknown): number {
  return JSON.stringify(value).length
}

/** Uses a prefix where it is equivalent: EventBridge rejects patterns with too many wildcards, and two `*` in a row. */
function namePattern(name: string): NamePattern {
  const pattern = name.replace(/\*+/g, '*')
  if (!pattern.includes('*')) return name
  return /^[^*]+\*$/.test(pattern) ? { prefix: pattern.slice(0, -1) } : { wildcard: pattern }
}

function tooMany(names: number, rules: number): Error {
  const message =
    `push.repositories: ${names} entries need ${rules} event rules, and the limit is ${MAX_RULES}; ` +
    'name the repositories by fewer patterns, such as "team/*"'
  return invalidInput(message)
}
