/** The work bucket: documents that the states of a run exchange, kept for a month for inspection, and lasting state. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { GOOD_LISTS_KEY, LIST_STATUS_KEY, STATE_PREFIX, STATUS_KEY, STATUS_PAGE_KEY } from '../mirror/keys.ts'
import { acknowledge } from './iam/acknowledge.ts'
import type { Grant } from './iam/grant.ts'

export function workBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, 'WorkBucket', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    // Uses S3 managed keys: the Map's reader and writer would need permissions on a customer key, and the content is
    // not secret.
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // Retained because it may contain users' lists. A failed first deployment leaves nothing behind.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      { id: 'runs', prefix: 'runs/', expiration: Duration.days(30) },
      // Pushes are resolved only against those of the last minutes.
      { id: 'pushes', prefix: 'pushes/', expiration: Duration.days(1) },
      { id: 'refusals', prefix: 'refused/', expiration: Duration.days(30) },
      // The state of the mirror (state/) stays.
      { id: 'artifacts', prefix: 'artifacts/', expiration: Duration.days(90) },
      { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  })
  acknowledge(bucket, {
    'AwsSolutions-S1': 'holds working documents of runs, written and read by this stack alone',
  })
  // CDK's types do not hold under exactOptionalPropertyTypes.
  return bucket as IBucket
}

const DOCUMENTS = "the keys of a run's documents contain its name"

export function readDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('runs/*')], wildcard: DOCUMENTS }
}

export function writeDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:PutObject'], resources: [bucket.arnForObjects('runs/*')], wildcard: DOCUMENTS }
}

const REFUSALS = 'the keys of refused artifacts contain the target and the artifact'

export function readRefusals(bucket: IBucket): Grant {
  return { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('refused/*')], wildcard: REFUSALS }
}

export function writeRefusals(bucket: IBucket): Grant {
  return { actions: ['s3:PutObject'], resources: [bucket.arnForObjects('refused/*')], wildcard: REFUSALS }
}

/** Keeps the known artifacts of an image's platforms between runs. */
export function keepArtifacts(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('artifacts/*')],
    wildcard: 'every image has a document of its own',
  }
}

const STATE = 'every repository has a document of its own'

export function readState(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects(`${STATE_PREFIX}*`)],
    wildcard: STATE,
  }
}

/** Keeps the state of the mirror. Conditional writes need GetObject. */
export function keepState(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects(`${STATE_PREFIX}*`)],
    wildcard: STATE,
  }
}

/** Keeps the freshness of pairs between runs. */
export function keepFreshness(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('freshness/*')],
    wildcard: 'every schedule has a document of its own',
  }
}

/** Keeps the state of the mirror between runs, its page, and what is wrong with the list. */
export function keepStatus(bucket: IBucket): Grant[] {
  return [
    {
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [STATUS_KEY, LIST_STATUS_KEY].map((key) => bucket.arnForObjects(key)),
    },
    { actions: ['s3:PutObject'], resources: [bucket.arnForObjects(STATUS_PAGE_KEY)] },
  ]
}

/** Lets runs of a schedule take turns with its images. */
export function takeTurns(bucket: IBucket): Grant {
  return {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('schedules/*')],
    wildcard: 'every schedule has a document of its own',
  }
}

/** Keeps what was read of lists elsewhere, for runs that find them broken. */
export function keepLists(bucket: IBucket): Grant {
  return { actions: ['s3:PutObject'], resources: [bucket.arnForObjects(GOOD_LISTS_KEY)] }
}

/** Records pushes from several regions, to resolve them against each other. */
export function notePushes(bucket: IBucket): Grant {
  return {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('pushes/*')],
    wildcard: 'the keys of pushes contain the repository and the tag',
  }
}

/** Without ListBucket, S3 answers 403 instead of 404 for a missing object. */
export function findDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }
}

/** Users put their own lists anywhere in the bucket and name them in `imagesFrom`. */
export function readLists(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects('*')],
    wildcard: 'an execution may name any object of the work bucket as its list',
  }
}
