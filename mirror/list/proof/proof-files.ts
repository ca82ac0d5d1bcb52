/**
 * Reads and checks the files of keys and trusted roots that the list's `verify` names. Names of AWS KMS keys stay as
 * they are; a run reads these keys.
 */
import * as z from 'zod'
import { publicKeyOf } from '../../../signatures/public-key.ts'
import type { Image, ImageEntry, List } from '../config.ts'
import { messageOf, type Path, type Problem, problemAt } from '../document/problems.ts'
import { longForm } from '../entry.ts'
import { type ReadFile, readNamedFile } from '../read-file.ts'
import { kmsKeyProblem } from './kms-key.ts'
import { NO_VERIFY, type Verify, type VerifyRule } from './verify-rules.ts'

type Given = Pick<List, 'images' | 'defaults'>

interface Read {
  /** With the contents of the files in place of their paths. */
  readonly found: Given
  readonly problems: Problem[]
}

export function readProofFiles({ images, defaults }: Given, read?: ReadFile): Read {
  const problems: Problem[] = []

  function contentOf(value: string, path: Path, parse: (text: string) => string): string {
    try {
      return parse(value)
    } catch (error) {
      problems.push(problemAt(path, messageOf(error)))
      return value
    }
  }

  function ruleOf(rule: VerifyRule, path: Path): VerifyRule {
    const { key, trustRoot } = rule
    return {
      ...rule,
      ...(key && { key: contentOf(key, [...path, 'key'], (text) => keyIn(text, read)) }),
      ...(trustRoot && {
        trustRoot: contentOf(trustRoot, [...path, 'trustRoot'], (text) => rootIn(text, read)),
      }),
    }
  }

  function verifyOf(verify: Verify, path: Path): Verify {
    if (verify === NO_VERIFY) return verify
    if (!Array.isArray(verify)) return ruleOf(verify, path)
    return verify.map((rule, index) => ruleOf(rule, [...path, index]))
  }

  function imageOf(given: ImageEntry, index: number): ImageEntry {
    const image: Image = longForm(given)
    if (image.verify === undefined) return given
    return { ...image, verify: verifyOf(image.verify, ['images', index, 'verify']) }
  }

  const found = {
    images: images.map(imageOf),
    ...(defaults && {
      defaults: {
        ...defaults,
        ...(defaults.verify && { verify: verifyOf(defaults.verify, ['defaults', 'verify']) }),
      },
    }),
  }
  return { found, problems }
}

/** The key as PEM text without anything else, so that comments in a file do not change the rule. */
function keyIn(given: string, read: ReadFile | undefined): string {
  const wrong = kmsKeyProblem(given)
  if (wrong !== undefined) throw new Error(wrong)
  if (given.startsWith('awskms:')) return given
  const text = given.includes('-----BEGIN') ? given : readNamedFile(given, read, 'the PEM text')
  return publicKeyOf(text).export({ type: 'spki', format: 'pem' }).toString()
}

const rootSchema = z.looseObject({
  certificateAuthorities: z.array(z.unknown()).min(1),
  tlogs: z.array(z.unknown()).min(1),
})

/** A root travels with its image through the workflow. Sigstore's public root has 7,000 characters. */
const MAX_ROOT = 32_768

function rootIn(given: string, read: ReadFile | undefined): string {
  const text = given.trimStart().startsWith('{') ? given : readNamedFile(given, read, 'the JSON text')
  const root = parse(text)
  if (!rootSchema.safeParse(root).success) {
    throw new Error(
      'this is not a trusted root: JSON with at least one of "certificateAuthorities" and one of "tlogs"',
    )
  }
  const compact = JSON.stringify(root)
  if (compact.length > MAX_ROOT) {
    throw new Error(
      `the root has ${compact.length} characters, but at most ${MAX_ROOT} fit; remove expired entries`,
    )
  }
  return compact
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
