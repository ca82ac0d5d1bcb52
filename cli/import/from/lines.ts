/** Imports plain lines: a source each, and optionally where it goes. `#` starts a comment. */
import { refuse } from '../../../mirror/list/document/problems.ts'
import type { Found, FoundImage, Skipped } from '../found.ts'
import { tryReference } from '../read/references.ts'
import { quotedText } from '../read/text.ts'

export function fromLines(text: string, file: string): Found {
  const images = text.split('\n').flatMap((line, index): (FoundImage | Skipped)[] => {
    const [source, target, ...more] = line
      .replace(/(?:^|\s)#.*$/s, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
    if (source === undefined) return []
    const at = index + 1
    if (more.length > 0 || target === '->') {
      const text = `${quotedText(line)} has more than a source and a target`
      return refuse(file, [{ path: [], line: at, text }])
    }
    const ref = tryReference(source)
    const to = target === undefined ? undefined : tryReference(target)
    const wrong = ref === undefined ? source : target !== undefined && to === undefined ? target : undefined
    if (ref === undefined || wrong !== undefined) {
      return [
        {
          line: at,
          skipped: `${quotedText(line)} is not imported: ${quotedText(wrong ?? '')} is not an image`,
        },
      ]
    }
    return [
      {
        line: at,
        source: ref,
        tag: ref.tag ?? (ref.digest ? undefined : 'latest'),
        digest: ref.digest,
        to: to ? [to] : [],
      },
    ]
  })
  return { images }
}
