/**
 * Reads the certificate authorities that a list trusts for single registries. Rejects anything but certificates, but
 * does not check expiry.
 */
import { certificatesOf, isAuthority, subjectOf } from '../../registry/http/certificates.ts'
import type { List } from './config.ts'
import { messageOf, type Problem, problemAt } from './document/problems.ts'
import { type ReadFile, readNamedFile } from './read-file.ts'

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
      problems.push(problemAt(['registries', host, 'ca'], messageOf(error)))
      return [host, settings]
    }
  })
  return { found: { registries: Object.fromEntries(found) }, problems }
}

function authoritiesIn(ca: string, read: ReadFile | undefined): string {
  const certificates = certificatesOf(
    ca.includes('-----BEGIN') ? ca : readNamedFile(ca, read, 'the PEM text'),
  )
  const other = certificates.find((one) => !isAuthority(one))
  if (other !== undefined) {
    const whose = `"${subjectOf(other)}" is a server certificate`
    throw new Error(`${whose}; give the certificate of the authority that signed it`)
  }
  return certificates.join('')
}
