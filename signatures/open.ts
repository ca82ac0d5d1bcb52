/** Creates the verifier of an image from its rules. */
import { createHash, type KeyObject } from 'node:crypto'
import { describeFailure, isRegistryError } from '../mirror/failure.ts'
import type { ImageSettings } from '../mirror/list/config.ts'
import { kmsArnOf } from '../mirror/list/proof/kms-key.ts'
import { rulesOf, type VerifyRule } from '../mirror/list/proof/verify-rules.ts'
import type { Candidate, Found, Verdict, Verifier } from '../mirror/verify/verifier.ts'
import { findCandidates, type SignatureSource } from './find.ts'
import type { Finding } from './finding.ts'
import { keyRule } from './key-rule.ts'
import { publicKeyOf } from './public-key.ts'
import { type Signature, signaturesIn } from './read.ts'
import type { Rule } from './rule.ts'

/** Part of the id under which results are remembered. Increment it when the check becomes stricter. */
const VERSION = 1
/** More than any image has. Bounds the work if someone attaches thousands of artifacts. */
const MAX_CANDIDATES = 100
const MAX_REASONS = 3

export interface VerifierOptions {
  /** Reads a public key from AWS KMS. @default - asks AWS */
  readonly readKey?: (arn: string) => Promise<KeyObject>
}

/** Returns undefined if the settings of the image have no rules. */
export async function verifierOf(
  source: SignatureSource,
  { verify }: Pick<ImageSettings, 'verify'>,
): Promise<Verifier | undefined> {
  const rules = rulesOf(verify)
  return rules.length === 0 ? undefined : openVerifier(source, rules)
}

/** @throws {Error} if a rule is not valid; the list is checked before, so none is */
export async function openVerifier(
  source: SignatureSource,
  rules: readonly VerifyRule[],
  { readKey = fromKms }: VerifierOptions = {},
): Promise<Verifier> {
  const ready = await Promise.all(rules.map((rule) => prepare(rule, readKey)))
  return {
    id: await idOf(rules),
    find: (digest, signal) => findCandidates(source, digest, signal),
    check: (digest, found, signal) => check(source, ready, digest, found, signal),
  }
}

async function prepare(
  { key, identity, issuer, trustRoot }: VerifyRule,
  readKey: (arn: string) => Promise<KeyObject>,
): Promise<Rule> {
  if (key !== undefined) {
    const arn = kmsArnOf(key)
    let read: Promise<KeyObject> | undefined
    return keyRule(() => {
      read ??= arn === undefined ? Promise.resolve().then(() => publicKeyOf(key)) : readKey(arn)
      return read
    })
  }
  if (identity === undefined || issuer === undefined)
    throw new Error('a rule needs a key, or identity and issuer')
  // Most mirrors have no keyless rule, and then need not load the library.
  const { keylessRule } = await import('./keyless-rule.ts')
  return keylessRule({ identity, issuer, trustRoot })
}

async function fromKms(arn: string): Promise<KeyObject> {
  const { readKmsKey } = await import('./kms.ts')
  return readKmsKey(arn)
}

async function idOf(rules: readonly VerifyRule[]): Promise<string> {
  const isPublic = rules.some(({ key, trustRoot }) => key === undefined && trustRoot === undefined)
  const root = isPublic ? (await import('./trust-root.ts')).publicTrustRoot() : ''
  return createHash('sha256')
    .update(JSON.stringify([VERSION, rules, root]))
    .digest('hex')
}

async function check(
  source: SignatureSource,
  rules: readonly Rule[],
  digest: string,
  { candidates, failure }: Found,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const findings: { readonly name: string; readonly finding: Finding }[] = []
  const failures: unknown[] = failure === undefined ? [] : [failure]
  for (const candidate of candidates.slice(0, MAX_CANDIDATES)) {
    const name = nameOf(candidate)
    try {
      for await (const one of signaturesIn(source, candidate, signal)) {
        const compared = 'is' in one ? { findings: [one], failures: [] } : await compare(one, rules, digest)
        if (compared.findings.some(({ is }) => is === 'valid')) return { is: 'verified' }
        findings.push(...compared.findings.map((finding) => ({ name, finding })))
        failures.push(...compared.failures)
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (!isRegistryError(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw notChecked(source, digest, failures)
  return verdictOf(findings, candidates.length)
}

/** One rule that holds is enough, even if others cannot be checked. */
async function compare(signature: Signature, rules: readonly Rule[], digest: string) {
  const results = await Promise.allSettled(rules.map((rule) => rule(signature, digest)))
  return {
    findings: results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failures: results.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : [])),
  }
}

function verdictOf(
  findings: readonly { readonly name: string; readonly finding: Finding }[],
  candidates: number,
): Verdict {
  for (const is of ['invalid', 'unsupported', 'other'] as const) {
    const reasons = findings.flatMap(({ name, finding }) =>
      finding.is === is ? [`${name}: ${finding.reason}`] : [],
    )
    const distinct = [...new Set(reasons)]
    if (distinct.length === 0) continue
    const more = distinct.length > MAX_REASONS ? `; and ${distinct.length - MAX_REASONS} more` : ''
    const unread = candidates > MAX_CANDIDATES ? `; only the first ${MAX_CANDIDATES} artifacts were read` : ''
    const reason = `${distinct.slice(0, MAX_REASONS).join('; ')}${more}${unread}`
    return { is: is === 'other' ? 'unsigned' : is, reason }
  }
  return { is: 'unsigned', reason: 'no artifact is about it' }
}

/** Rate limits first, because waiting helps. */
function notChecked(source: SignatureSource, digest: string, failures: readonly unknown[]): unknown {
  const failure = failures.find((one) => isRegistryError(one, 'rateLimited')) ?? failures[0]
  if (isRegistryError(failure, 'rateLimited')) return failure
  const { name, message } = describeFailure(failure)
  const error = new Error(`the signatures of ${source.name}@${digest} could not be checked: ${message}`, {
    cause: failure,
  })
  return Object.assign(error, { name })
}

function nameOf({ tag, digest }: Candidate): string {
  return tag ?? digest
}
