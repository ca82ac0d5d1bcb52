/** The names that an image gets at its targets: `to: [golang:1.17, golang:latest]`. */
import { isTag } from '../../../registry/model/reference.ts'
import type { Image } from '../config.ts'
import { type Path, type Problem, problemAt, problemsAt, repeated } from '../document/problems.ts'
import { isOpen } from '../tags/is-open.ts'
import { selectsTags } from '../tags/schema.ts'
import { templateProblem } from './template.ts'

/** `golang:1.17` -> `golang`, `1.17`. Without a tag, the image keeps its tags. */
export interface TargetName {
  readonly repository: string
  readonly tag: string | undefined
}

export function parseTargetName(name: string): TargetName {
  const colon = name.lastIndexOf(':')
  return colon < 0
    ? { repository: name, tag: undefined }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}

/** The tags for each repository; `null` stands for the tags of the source. */
export function namesByRepository(to: readonly string[]): Map<string, (string | null)[]> {
  const found = new Map<string, (string | null)[]>()
  for (const { repository, tag = null } of to.map(parseTargetName)) {
    found.set(repository, [...(found.get(repository) ?? []), tag])
  }
  return found
}

export function checkTo({ to = [], repository, tags }: Image, at: (key: string) => Path): Problem[] {
  const path = at('to')
  const isRenamed = to.some((name) => name.includes(':'))
  return [
    ...(to.length > 0 && repository !== undefined
      ? [problemAt(at('repository'), `"to" names the repositories; remove "repository", or add it to "to"`)]
      : []),
    ...repeated(to, path),
    ...to.flatMap((name, index) => problemsAt([...path, index], nameProblem(name))),
    ...(isRenamed && selectsSeveral(tags)
      ? [
          problemAt(
            path,
            'a name with a tag is for one tag of the source, but "tags" selects several; remove the tags from the names, or select one',
          ),
        ]
      : []),
  ]
}

function nameProblem(name: string): string | undefined {
  const { repository, tag } = parseTargetName(name)
  if (repository === '') return `"${name}" has no repository; write it as "golang:1.17" or "golang"`
  const wrong = templateProblem(repository)
  if (wrong !== undefined) return wrong
  if (tag === undefined || isTag(tag)) return undefined
  return `the tag "${tag}" must be 1 to 128 of A-Z a-z 0-9 _ . - and not start with . or -`
}

/** Whether several tags are certainly or probably selected. Resolve reports the other cases. */
function selectsSeveral(tags: Image['tags']): boolean {
  if (tags === undefined || !selectsTags(tags) || tags.latest === 1) return false
  return tags.include?.length !== 1 || isOpen(tags)
}
