/**
 * Where images go. People see a target's id; what it takes to get there depends on its kind. A new kind is added here:
 * what describes it, and how a repository of it is opened.
 */
import * as z from 'zod'
import type { EcrRepository, Registries } from '../registry/model/registry.ts'
import { type Region, regionSchema } from './list/config.ts'

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

export const targetSchema = z.discriminatedUnion('kind', [regionTargetSchema])
export type Target = z.infer<typeof targetSchema>

export function regionTarget(region: Region): Target {
  return { id: region, kind: 'region', region }
}

/** A repository of a target, to compare with and to write to. Nothing is made there. */
export function openTarget(
  target: Target,
  repository: string,
  registries: Pick<Registries, 'ecr'>,
): Promise<EcrRepository> {
  return registries.ecr(target.region, repository)
}

export function includesTarget(targets: readonly Target[], { id }: Pick<Target, 'id'>): boolean {
  return targets.some((one) => one.id === id)
}
