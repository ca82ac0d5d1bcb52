/** The work bucket: what the states of a run hand over to each other, kept for a month so that people can look. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from './iam/acknowledge.ts'
import type { Grant } from './iam/grant.ts'

export function workBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, 'WorkBucket', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    // Keys of S3's own: the Map's reader and writer would need rights on one of ours, and nothing here is secret.
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // Lists of people may be in it. Of a first deployment that fails, nothing stays.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      { id: 'runs', prefix: 'runs/', expiration: Duration.days(30) },
      // Pushes are settled among those of the last minutes.
      { id: 'pushes', prefix: 'pushes/', expiration: Duration.days(1) },
      { id: 'refusals', prefix: 'refused/', expiration: Duration.days(30) },
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

const DOCUMENTS = 'documents of a run have its name in their keys'

export function readDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('runs/*')], wildcard: DOCUMENTS }
}

export function writeDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:PutObject'], resources: [bucket.arnForObjects('runs/*')], wildcard: DOCUMENTS }
}

const REFUSALS = 'what a target refused is named by the target and the artifact'

export function readRefusals(bucket: IBucket): Grant {
  return { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('refused/*')], wildcard: REFUSALS }
}

export function writeRefusals(bucket: IBucket): Grant {
  return { actions: ['s3:PutObject'], resources: [bucket.arnForObjects('refused/*')], wildcard: REFUSALS }
}

/** What is known of the artifacts of an image's platforms is kept from run to run. */
export function keepArtifacts(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('artifacts/*')],
    wildcard: 'every image has a document of its own',
  }
}

/** How fresh pairs are is kept from run to run. */
export function keepFreshness(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('freshness/*')],
    wildcard: 'every schedule has a document of its own',
  }
}

/** A run takes its turn with the images of a schedule. */
export function takeTurns(bucket: IBucket): Grant {
  return {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('schedules/*')],
    wildcard: 'every schedule has a document of its own',
  }
}

/** Pushes of several regions are noted, to be settled among each other. */
export function notePushes(bucket: IBucket): Grant {
  return {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('pushes/*')],
    wildcard: 'pushes have their repository and tag in their keys',
  }
}

/** Without ListBucket, S3 answers 403 instead of 404 for what is not there. */
export function findDocuments(bucket: IBucket): Grant {
  return { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }
}

/** People put lists of their own anywhere in the bucket, and name them in `imagesFrom`. */
export function readLists(bucket: IBucket): Grant {
  return {
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects('*')],
    wildcard: 'an execution may name any object of the work bucket as its list',
  }
}
