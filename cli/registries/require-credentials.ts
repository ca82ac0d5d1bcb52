/** Ends a command without AWS credentials at once if every target of its list needs them. */
import type { List } from '../../mirror/list/config.ts'
import { readEntries } from '../../mirror/list/entry.ts'
import { isEcrTarget } from '../../mirror/repositories/wanted.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { AwsProblem } from '../deployed/aws/problem.ts'

/**
 * Asks for the token of one region, which the targets there use later.
 * @param registries - with explained errors
 * @throws AwsProblem if this machine has no AWS credentials, and no target works without them
 */
export async function requireCredentials(list: List, registries: Pick<Registries, 'ecr'>): Promise<void> {
  const [region] = list.regions
  if (region === undefined) return
  const targets = list.images.flatMap((image) => readEntries(image, list)).flatMap((entry) => entry.targets)
  if (targets.length === 0 || !targets.every(isEcrTarget)) return
  const error = await registries.ecr(region, 'any').then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof RegistryError && error.cause instanceof AwsProblem && error.cause.isLocal)
    throw error.cause
}
