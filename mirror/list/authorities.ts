/**
 * The authorities that a list trusts at single registries: read from the files that it names, and checked, so that
 * what is passed on are certificates and nothing else. Whether they have expired is not for a parser to say.
 */
import { certificatesOf, isAuthority, subjectOf } from '../../registry/http/certificates.ts'
import type { List } from './config.ts'
import { type Problem, pathText } from './problems.ts'

/** The text of a file, by its path from the list. @throws what hinders it */
export type ReadFile = (path: string) => string

interface Read {
  /** With PEM in place of paths; empty when the list says nothing of registries. */
  readonly found: Pick<List, 'registries'>
  readonly problems: Problem[]
}

export function readAuthorities({ registries }: Pick<List, 'registries'>, read?: ReadFile): Read {
  if (registries === undefined) return { found: {}, problems: [] }
  const problems: Problem[] = []
  const found = Object.entries(registries).map(([host, { ca, ...settings }]) => {
    if (ca === undefined) return [host, settings]
    try {
      return [host, { ...settings, ca: authoritiesIn(ca, read) }]
    } catch (error) {
      const path = ['registries', host, 'ca']
      problems.push({ path, text: `${pathText(path)}: ${messageOf(error)}` })
      return [host, settings]
    }
  })
  return { found: { registries: Object.fromEntries(found) }, problems }
}

function authoritiesIn(ca: string, read: ReadFile | undefined): string {
  const certificates = certificatesOf(ca.includes('-----BEGIN') ? ca : textOf(ca, read))
  const other = certificates.find((one) => !isAuthority(one))
  if (other !== undefined) {
    const whose = `"${subjectOf(other)}" is the certificate of a server`
    throw new Error(`${whose}; give that of the authority which signed it`)
  }
  return certificates.join('')
}

function textOf(path: string, read: ReadFile | undefined): string {
  if (read === undefined) {
    throw new Error(`"${path}" is a file, and none is read here; give the PEM text itself`)
  }
  try {
    return read(path)
  } catch (error) {
    throw new Error(`"${path}" cannot be read: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
