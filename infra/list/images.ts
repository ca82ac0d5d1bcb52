/**
 * Resources that derive from the images of a list: its asset, permissions on sources and targets, and schedules. They
 * are created at synthesis, because images can be added until then.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { accessOf } from '../iam/access.ts'
import { listNamespaces, readPlaces } from '../iam/elsewhere.ts'
import { fitAccess } from '../iam/fit.ts'
import { grantAll } from '../iam/grants.ts'
import { copyToTargets, deleteFromTargets, lookAtSources, lookAtTargets } from '../iam/permissions.ts'
import { reporting } from '../problems.ts'
import { findDocuments, keepState, readDocuments, readState, writeDocuments } from '../storage.ts'
import { warnOfSettings, warnOfTargets } from './warnings.ts'

/** The roles that receive permissions on the repositories of images. */
export interface Roles {
  readonly plan: Role
  readonly resolve: Role
  readonly diff: Role
  readonly prune: Role
  readonly sync: Role
}

export function grantAccess(
  scope: Construct,
  list: List,
  { roles, bucket }: { readonly roles: Roles; readonly bucket: IBucket },
  targets: readonly string[] | undefined,
): void {
  warnOfTargets(scope, list)
  warnOfSettings(scope, list)
  const wanted = accessOf(scope, list, targets)
  const access = reporting(scope, undefined, () => fitAccess(scope, wanted))
  if (access === undefined) return
  grantAll(roles.plan, [...readPlaces(scope, list), ...listNamespaces(scope, list)])
  grantAll(roles.resolve, lookAtSources(scope, access))
  grantAll(roles.diff, lookAtTargets(scope, access))
  if (access.prunes) {
    const documents = [
      readDocuments(bucket),
      writeDocuments(bucket),
      findDocuments(bucket),
      keepState(bucket),
    ]
    grantAll(roles.prune, [...documents, ...deleteFromTargets(scope, access)])
    // Which tags were mirrored before.
    grantAll(roles.resolve, [readState(bucket)])
  }
  grantAll(roles.sync, copyToTargets(scope, access))
}

/** Deploys the list with the code, so that a change of the list is a deployment. */
export function listAsset(scope: Construct, list: List, { plan }: Pick<Roles, 'plan'>): Asset {
  const folder = mkdtempSync(join(tmpdir(), 'image-mirror-'))
  try {
    const path = join(folder, 'list.json')
    writeFileSync(path, JSON.stringify(list, undefined, 2))
    const asset = new Asset(scope, 'List', { path })
    const resources = [asset.bucket.arnForObjects(asset.s3ObjectKey)]
    grantAll(plan, [{ actions: ['s3:GetObject'], resources }])
    return asset
  } finally {
    rmSync(folder, { recursive: true })
  }
}
