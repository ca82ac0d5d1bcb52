/**
 * Where images go. People see a target's id; what it takes to get there depends on its kind. A new kind is added here:
 * its description, where it stores an image, and how a repository of it is opened.
 */
import * as z from 'zod'
import { parseEcrHost } from '../registry/ecr/ecr-host.ts'
import type { RepositoryRef } from '../registry/model/reference.ts'
import type { Credentials, EcrRepository, Registries, Repository } from '../registry/model/registry.ts'
import { ErrorName } from './error-name.ts'
import { namedError } from './failure.ts'
import type { Region } from './list/config.ts'
import { registryNameProblem } from './list/names.ts'
import { regionSchema } from './list/region-schema.ts'

/** `eu-west-1`, `prod/eu-west-1`, `harbor`: unique in a list. */
export const targetIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}(?:\/[a-z0-9-]{1,64})?$/, 'must be the id of a target, such as eu-west-1')

/** This account's ECR in a region. The region's name is the id. */
const regionTargetSchema = z.strictObject({
  id: targetIdSchema,
  kind: z.literal('region'),
  region: regionSchema,
})

/** Another account's ECR in a region: `prod/eu-west-1`. */
const accountTargetSchema = z.strictObject({
  id: targetIdSchema,
  kind: z.literal('account'),
  account: z.string(),
  region: regionSchema,
  /** The ARN of the role to assume there. */
  role: z.string(),
  externalId: z.string().optional(),
})

/** Another registry. Its name in the list is the id. */
const registryTargetSchema = z.strictObject({
  id: targetIdSchema,
  kind: z.literal('registry'),
  registry: z.string(),
  /** The repository of the image there. */
  repository: z.string(),
  /** The secret with the credentials. */
  credentials: z.string().optional(),
})

export const targetSchema = z.discriminatedUnion('kind', [
  regionTargetSchema,
  accountTargetSchema,
  registryTargetSchema,
])
export type Target = z.infer<typeof targetSchema>

export function regionTarget(region: Region): z.infer<typeof regionTargetSchema> {
  return { id: region, kind: 'region', region }
}

/** The region of this account that a target is, if it is one. */
export function regionOf(target: Target): Region | undefined {
  return target.kind === 'region' ? target.region : undefined
}

/** The name of an image's repository at a target. @param repository - its name in ECR */
export function repositoryAt(target: Target, repository: string): string {
  return target.kind === 'registry' ? target.repository : repository
}

/** The registry and repository that an image is stored in. Two targets may share them. */
export function placeOf(target: Target, repository: string): string {
  return `${registryOf(target)}/${repositoryAt(target, repository)}`
}

/** The same text for a source, so that both can be compared. @param own - this account, if known */
export function placeOfSource({ registry, repository }: RepositoryRef, own: string | undefined): string {
  const ecr = parseEcrHost(registry)
  if (ecr === undefined) return `${registry}/${repository}`
  return `${ecrIn(ecr.account === own ? undefined : ecr.account, ecr.region)}/${repository}`
}

function registryOf(target: Target): string {
  if (target.kind === 'registry') return target.registry
  return ecrIn(target.kind === 'account' ? target.account : undefined, target.region)
}

/** @param account - undefined for this account, whose id may be unknown */
function ecrIn(account: string | undefined, region: string): string {
  return account === undefined ? `ECR in ${region}` : `ECR of ${account} in ${region}`
}

export interface TargetAccess {
  readonly registries: Pick<Registries, 'ecr' | 'open'>
  /** Undefined for anonymous access. */
  readonly readCredentials: (secret: string) => Promise<Credentials | undefined>
}

/** Opens a repository of a target, to compare with and to write to. Creates nothing. @throws InvalidTarget */
export async function openTarget(
  target: Target,
  repository: string,
  { registries, readCredentials }: TargetAccess,
): Promise<Repository | EcrRepository> {
  if (target.kind === 'region') return registries.ecr(target.region, repository)
  if (target.kind === 'account') return registries.ecr(target.region, repository, target)
  const wrong = registryNameProblem(target)
  if (wrong !== undefined) throw namedError(ErrorName.InvalidTarget, wrong)
  const known = target.credentials === undefined ? undefined : await readCredentials(target.credentials)
  return registries.open({ registry: target.registry, repository: target.repository }, known)
}

export function includesTarget(targets: readonly Target[], { id }: Pick<Target, 'id'>): boolean {
  return targets.some((one) => one.id === id)
}
