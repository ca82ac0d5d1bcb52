/**
 * Where images go. People see a target's id; what it takes to get there depends on its kind. A new kind is added here:
 * its description, where it stores an image, and how a repository of it is opened.
 */
import * as z from 'zod'
import { ECR_PUBLIC, parseEcrHost } from '../registry/ecr/ecr-host.ts'
import type { RepositoryRef } from '../registry/model/reference.ts'
import type { Credentials, EcrRepository, Registries, Repository } from '../registry/model/registry.ts'
import { ErrorName } from './error-name.ts'
import { namedError } from './failure.ts'
import type { Region } from './list/config.ts'
import { registryNameProblem, targetProblem } from './list/names.ts'
import { ecrHost } from './list/partitions.ts'
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
  /** The ARN of the role to assume there. @default - the policies of the account let the own roles in */
  role: z.string().optional(),
  externalId: z.string().optional(),
  /** The repository of the image there. @default - the one that it has in ECR */
  repository: z.string().optional(),
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

/** How far a target is from the builds: the own regions, other accounts, other registries, and those that count pulls. */
export function distanceOf(target: Target): number {
  if (target.kind === 'region') return 0
  if (target.kind === 'account') return 1
  return countsPulls(target) ? 3 : 2
}

export function countsPulls(target: Target): boolean {
  return target.kind === 'registry' && target.registry === 'docker.io'
}

/** The name of an image's repository at a target. @param repository - its name in ECR */
export function repositoryAt(target: Target, repository: string): string {
  if (target.kind === 'region') return repository
  return target.repository ?? repository
}

/** Returns why a target would reject its name of an image's repository, with a fix; undefined if it may accept it. */
export function nameProblemAt(target: Target, repository: string): string | undefined {
  const name = repositoryAt(target, repository)
  return target.kind === 'registry'
    ? registryNameProblem({ registry: target.registry, repository: name })
    : targetProblem(name)
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

/**
 * An image that no target can name fails before any request to its source. Otherwise, Diff fails the pairs whose target
 * cannot.
 * @throws InvalidTarget
 */
export function requireNames(targets: readonly Target[], repository: string): void {
  const wrong = targets.map((target) => nameProblemAt(target, repository))
  const [first] = wrong
  if (first !== undefined && !wrong.includes(undefined)) throw namedError(ErrorName.InvalidTarget, first)
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
  const wrong = nameProblemAt(target, repository)
  if (wrong !== undefined) throw namedError(ErrorName.InvalidTarget, wrong)
  const name = repositoryAt(target, repository)
  if (target.kind === 'region') return registries.ecr(target.region, name)
  if (target.kind === 'account') {
    const { account, region, role, externalId } = target
    if (role !== undefined) return registries.ecr(region, name, { role, externalId })
    return registries.open({ registry: ecrHost(account, region), repository: name })
  }
  if (target.registry === ECR_PUBLIC) {
    return registries.open({ registry: target.registry, repository: name }, 'iam')
  }
  const known = target.credentials === undefined ? undefined : await readCredentials(target.credentials)
  return registries.open({ registry: target.registry, repository: target.repository }, known)
}

export function includesTarget(targets: readonly Target[], { id }: Pick<Target, 'id'>): boolean {
  return targets.some((one) => one.id === id)
}
