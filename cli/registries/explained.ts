/** Words failures to reach ECR for the user of a command: their AWS credentials, or their network. */
import { RegistryError, restate } from '../../registry/model/errors.ts'
import type { Registries } from '../../registry/model/registry.ts'
import type { AwsProblem } from '../deployed/aws/problem.ts'

/** Opening a repository of ECR needs a token. The text of AWS is kept if a permission is missing: it names who lacks it. */
export function explained(registries: Registries): Registries {
  return {
    ...registries,
    open: (...given) => reworded(registries.open(...given)),
    ecr: (...given) => reworded(registries.ecr(...given)),
  }
}

async function reworded<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (error) {
    const problem = await problemIn(error)
    if (problem === undefined || problem.permission !== undefined) throw error
    throw restate(error as RegistryError, { cause: problem }, problem.message)
  }
}

async function problemIn(error: unknown): Promise<AwsProblem | undefined> {
  if (!(error instanceof RegistryError) || error.cause === undefined) return undefined
  const { problemOf, FOR_LISTS } = await import('../deployed/aws/problem.ts')
  return problemOf(error.cause, 'ecr:GetAuthorizationToken', undefined, FOR_LISTS)
}
