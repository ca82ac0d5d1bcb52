/** Deployment warnings about a valid list. */
import { Annotations, Duration } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { readEntries } from '../../mirror/list/entry.ts'
import { isNamespace } from '../../mirror/list/namespaces/namespace.ts'
import { settingsWarnings } from '../../mirror/list/repositories/check.ts'
import { nameProblemAt } from '../../mirror/target.ts'
import { certificatesOf, subjectOf } from '../../registry/http/certificates.ts'
import { invalidInput } from '../problems.ts'

/** Warns of images whose targets would fail in every run, while the other images succeed. */
export function warnOfTargets(scope: Construct, list: List): void {
  const entries = list.images.flatMap((given) => readEntries(given, list))
  for (const { image, repository, targets } of entries.filter(({ ref }) => !isNamespace(ref))) {
    const problems = targets.map((target) => nameProblemAt(target, repository))
    if (problems[0] !== undefined && new Set(problems).size === 1) {
      Annotations.of(scope).addWarningV2('image-mirror:target', `${image} will fail: ${problems[0]}`)
      continue
    }
    for (const [index, { id }] of targets.entries()) {
      if (problems[index] === undefined) continue
      const text = `${image} will fail in ${id}: ${problems[index]}`
      Annotations.of(scope).addWarningV2(`image-mirror:target:${id}`, text)
    }
  }
}

/** Warns of settings of repositories that are valid and probably not meant. */
export function warnOfSettings(scope: Construct, list: List): void {
  for (const text of settingsWarnings(list))
    Annotations.of(scope).addWarningV2('image-mirror:repositories', text)
}

/** How long before a certificate expires the warning starts. */
const NOTICE = Duration.days(30)

/** @throws InvalidInput if all of a registry's authorities have expired, which makes it unreadable */
export function warnOfAuthorities(
  scope: Construct,
  { registries = {} }: Pick<List, 'registries'>,
  now: number = Date.now(),
): void {
  for (const [host, { ca }] of Object.entries(registries)) {
    const certificates = ca === undefined ? [] : certificatesOf(ca)
    const ending = certificates.filter(({ validTo }) => Date.parse(validTo) < now + NOTICE.toMilliseconds())
    const said = ending.map(
      (one) => `registries.${host}.ca: the certificate "${subjectOf(one)}" ${endOf(one, now)}`,
    )
    const expired = ending.filter(({ validTo }) => Date.parse(validTo) < now)
    if (expired.length > 0 && expired.length === certificates.length) {
      const message = `${said.join('\n')}; replace it with its successor`
      throw invalidInput(message)
    }
    for (const text of said) Annotations.of(scope).addWarningV2('image-mirror:authority', text)
  }
}

function endOf({ validTo }: { readonly validTo: string }, now: number): string {
  const at = Date.parse(validTo)
  return `${at < now ? 'has expired' : 'expires'} on ${new Date(at).toISOString().slice(0, 10)}`
}
