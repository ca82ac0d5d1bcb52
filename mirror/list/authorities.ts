/**
 * Reads the certificate authorities that a list trusts for single registries. Rejects anything but certificates, but
 * does not check expiry.
 */
import { certificatesOf, isAuthority, subjectOf } from '../../registry/http/certificates.ts'
import type { List } from './config.ts'
import { type Problem, pathText } from './document/problems.ts'

/** Reads a file by its path relative to the list. @throws if it cannot */
export type ReadFile = (path: string) => string

interface Read {
  /** With PEM text in place of paths; empty if the list has no `registries`. */
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
    const whose = `"${subjectOf(other)}" is a server certificate`
    throw new Error(`${whose}; give the certificate of the authority that signed it`)
  }
  return certificates.join('')
}

function textOf(path: string, read: ReadFile | undefined): string {
  if (read === undefined) {
    throw new Error(`"${path}" is a file path, but files cannot be read here; give the PEM text itself`)
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
