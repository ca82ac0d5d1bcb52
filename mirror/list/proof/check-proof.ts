/** Checks `verify` and `artifacts` beyond their schemas: rules must be complete and must not contradict each other. */
import type { List } from '../config.ts'
import { messageFrom, type Path, type Problem, problemAt, problemsAt } from '../document/problems.ts'
import { longForm } from '../entry.ts'
import type { ArtifactRules } from './artifact-rules.ts'
import { identityMatcher } from './identity.ts'
import { rulesOf, type Verify, type VerifyRule } from './verify-rules.ts'

interface Proof {
  readonly verify?: Verify | undefined
  readonly artifacts?: ArtifactRules | undefined
}

export function checkProof({ images, defaults = {} }: Pick<List, 'images' | 'defaults'>): Problem[] {
  const own = images.flatMap((given, index) => checkOne(longForm(given), ['images', index]))
  return [...checkOne(defaults, ['defaults']), ...own]
}

function checkOne({ verify, artifacts }: Proof, path: Path): Problem[] {
  const at = [...path, 'verify']
  const rules = rulesOf(verify).flatMap((rule, index) =>
    checkRule(rule, Array.isArray(verify) ? [...at, index] : at),
  )
  return [...rules, ...checkArtifacts(artifacts, [...path, 'artifacts'])]
}

function checkRule({ key, identity, issuer, trustRoot }: VerifyRule, path: Path): Problem[] {
  if (key !== undefined) {
    const other = Object.entries({ identity, issuer, trustRoot }).find(([, value]) => value !== undefined)
    if (other === undefined) return []
    return [
      problemAt(path, `"key" and "${other[0]}" exclude each other; write a list of two rules, or remove one`),
    ]
  }
  if (identity === undefined && issuer === undefined) {
    return [problemAt(path, 'it names no signer; give a "key", or an "identity" and its "issuer"')]
  }
  if (identity === undefined) {
    return [problemAt(path, 'an "issuer" alone accepts all of its identities; give the "identity", too')]
  }
  if (issuer === undefined) {
    const example = 'https://token.actions.githubusercontent.com'
    return [
      problemAt(path, `any issuer could certify this identity; give the "issuer", too, such as ${example}`),
    ]
  }
  return [...checkIdentity(identity, [...path, 'identity']), ...checkIssuer(issuer, [...path, 'issuer'])]
}

function checkIdentity(identity: string, path: Path): Problem[] {
  return problemsAt(
    path,
    messageFrom(() => identityMatcher(identity)),
  )
}

function checkIssuer(issuer: string, path: Path): Problem[] {
  if (/^https:\/\/\S+$/.test(issuer)) return []
  return [
    problemAt(path, `"${issuer}" is not an issuer: write its address, https://…, as the certificate has it`),
  ]
}

/** An artifact that is both required and excluded is missing at every target. */
function checkArtifacts({ exclude = [], require = [] }: ArtifactRules = {}, path: Path): Problem[] {
  return require.flatMap((type, index) =>
    exclude.includes(type)
      ? [problemAt([...path, 'require', index], `"${type}" is also in "exclude"; remove it from one of them`)]
      : [],
  )
}
