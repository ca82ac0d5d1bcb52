/** Checks entries whose source is a namespace. */
import type { List } from '../config.ts'
import { type Path, type Problem, problemAt } from '../document/problems.ts'
import { longForm } from '../entry.ts'
import { selectsTags } from '../tags/schema.ts'
import { isNamespace, parseSource } from './namespace.ts'

const NEEDS_TAGS = `a source with a "*" needs "tags", which its repositories may have, such as {include: [latest]}, or {include: ['/./']} for all`

/** @param list - a list with valid sources */
export function checkNamespaces({ images, defaults }: Pick<List, 'images' | 'defaults'>): Problem[] {
  return images.flatMap((given, index) => {
    const { source, tags, repository, to, sourceTags } = longForm(given)
    const at = (key: string): Path => ['images', index, ...(typeof given === 'string' ? [] : [key])]
    const ref = parseSource(source)
    if (!isNamespace(ref)) {
      const wrong = 'chooses among the repositories of a source with a "*"; remove it'
      return refusedIf(sourceTags !== undefined, at('sourceTags'), wrong)
    }
    const selection = tags ?? defaults?.tags
    const isOpen = selection === undefined || !selectsTags(selection)
    return [
      ...refusedIf(isOpen, at('tags'), NEEDS_TAGS),
      ...refusedIf(repository !== undefined, at('repository'), 'would be that of many sources; use "prefix"'),
      ...refusedIf(to !== undefined, at('to'), 'would be the names of many sources; use "prefix"'),
    ]
  })
}

function refusedIf(condition: boolean, path: Path, text: string): Problem[] {
  return condition ? [problemAt(path, text)] : []
}
