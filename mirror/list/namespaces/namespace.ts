/** Sources that name many repositories of Amazon ECR at once: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*`. */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { type ImageRef, InvalidReference, parseReference } from '../../../registry/model/reference.ts'
import { repositoryAt, type Target } from '../../target.ts'

/** The beginning of names; empty for a whole registry. */
const BEGINNING = /^(?:[a-z0-9][a-z0-9._/-]{0,255})?$/

/** Parses a source. The repository of a namespace ends with `*`. @throws InvalidReference */
export function parseSource(text: string): ImageRef {
  if (!text.includes('*')) return parseReference(text)
  const slash = text.indexOf('/')
  const [registry, pattern] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)]
  if (parseEcrHost(registry) === undefined) {
    throw invalid(text, 'only Amazon ECR can list the repositories for a "*"; name each repository here')
  }
  if (!pattern.endsWith('*') || !BEGINNING.test(pattern.slice(0, -1))) {
    throw invalid(text, 'a "*" must be its last character, after the beginning of names such as "team/"')
  }
  return { registry, repository: pattern }
}

export function isNamespace({ repository }: Pick<ImageRef, 'repository'>): boolean {
  return repository.endsWith('*')
}

interface Stored {
  readonly ref: ImageRef
  readonly repository: string
  readonly targets: readonly Target[]
}

/** Returns a namespace's member that is stored in a repository; undefined if it has none there. */
export function memberAt<T extends Stored>(namespace: T, name: string): T | undefined {
  const { ref, targets } = namespace
  const beginnings = [
    namespace.repository,
    ...targets.map((target) => repositoryAt(target, namespace.repository)),
  ]
  const beginning = beginnings.map((pattern) => pattern.slice(0, -1)).find((one) => name.startsWith(one))
  return beginning === undefined
    ? undefined
    : member(namespace, `${ref.repository.slice(0, -1)}${name.slice(beginning.length)}`)
}

/** The entry of one repository of a namespace. */
function member<T extends Stored>(namespace: T, repository: string): T {
  const rest = repository.slice(namespace.ref.repository.length - 1)
  const named = (pattern: string) => `${pattern.slice(0, -1)}${rest}`
  return {
    ...namespace,
    ref: { ...namespace.ref, repository },
    repository: named(namespace.repository),
    targets: namespace.targets.map((target) =>
      'repository' in target && target.repository !== undefined
        ? { ...target, repository: named(target.repository) }
        : target,
    ),
  }
}

function invalid(text: string, why: string): InvalidReference {
  return new InvalidReference(text, `"${text}" is not an image reference: ${why}`)
}
