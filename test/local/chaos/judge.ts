// Checks the outcome of every pair against the report, the content of its target, the last results of its tasks, and
// the faults that were injected from the start.
import type { Executed } from '../../../local/executions.ts'
import { PERMANENT_ERRORS } from '../../../mirror/error-name.ts'
import type { Held } from './recount.ts'
import type { Ledger } from './services.ts'
import type { SourceImage } from './source.ts'

export interface Verdict {
  readonly outcomes: Readonly<Record<string, number>>
  /** Pairs with a wrong outcome, each with the reason. */
  readonly wrong: readonly string[]
  /** Faults of the whole run: its end or its alert. */
  readonly amiss: readonly string[]
}

export interface Found {
  readonly repository: string
  readonly region: string
  readonly held: Held
}

export function judge(
  images: readonly SourceImage[],
  found: readonly Found[],
  executed: Executed,
  ledger: Ledger,
): Verdict {
  const { pairs } = executed.document
  const reported = new Map(pairs.map((pair) => [`${pair.repository} ${pair.region}`, pair]))
  const byRepository = new Map(images.map((image) => [image.repository, image]))
  const wrong = found.flatMap((one) => {
    const pair = reported.get(`${one.repository} ${one.region}`)
    const image = byRepository.get(one.repository)
    if (!pair || !image) return [`${one.repository} ${one.region}: is not in the report`]
    const { outcome, error } = pair
    const faults = [
      ...againstTarget(outcome, one.held),
      ...againstSource(outcome, error?.name, image),
      ...againstLedger(outcome, expected(ledger, idOf(images, image), one.region)),
    ]
    return faults.map((fault) => `${one.repository} ${one.region}: ${fault}`)
  })
  const outcomes: Record<string, number> = {}
  for (const { outcome } of pairs) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return { outcomes, wrong, amiss: amissWith(executed, found.length) }
}

function againstTarget(outcome: string, held: Held): string[] {
  if (held === 'wrong') return ['its target holds what it should not']
  const claims = outcome === 'synced' || outcome === 'inSync'
  return claims && held !== 'whole' ? [`is reported ${outcome}, and its target holds ${held}`] : []
}

function againstSource(outcome: string, error: string | undefined, { fails }: SourceImage): string[] {
  const permanent: readonly string[] = PERMANENT_ERRORS
  if (fails === undefined && permanent.includes(error ?? ''))
    return [`nothing is wrong with it, and it failed as ${error}`]
  if (fails === undefined) return []
  // A pair that failed earlier for another reason cannot show this failure.
  const passing =
    /^(Lambda|CodeBuild|States|Runtime|Sandbox)\.|^(RateLimited|RegistryUnavailable|InternalError|TimeoutError)$/
  if (error !== undefined && (error === fails || passing.test(error))) return []
  return [`should have failed as ${fails}, and ended ${outcome} ${error ?? ''}`]
}

function againstLedger(outcome: string, due: string): string[] {
  return outcome === due ? [] : [`its tasks ended as ${due}, and it is reported ${outcome}`]
}

/** The outcome of a pair after the last try of its last task. */
function expected({ resolved, diffed, synced }: Ledger, id: string, region: string): string {
  const pair = `${id} ${region}`
  const ends = [resolved.get(id), diffed.get(pair), synced.get(pair)].filter((end) => end !== undefined)
  const last = ends.at(-1) ?? 'nothing'
  if (last === 'error RateLimited') return 'deferred'
  return last.startsWith('error ') || last === 'nothing' ? 'failed' : last
}

/** Plan's numbering: `00001-app-1`. */
function idOf(images: readonly SourceImage[], image: SourceImage): string {
  const number = String(images.indexOf(image) + 1).padStart(5, '0')
  return `${number}-${image.repository.split('/').at(-1)}`
}

function amissWith({ ended, alerts, document }: Executed, pairs: number): string[] {
  const { counts } = document
  const failed = document.pairs.filter(({ outcome }) => outcome === 'failed').length
  const [alert] = alerts
  const complaints: readonly (readonly [boolean, string])[] = [
    [counts?.pairs === pairs, `the report counts ${counts?.pairs} of ${pairs} pairs`],
    [counts?.failed === failed, `the report counts ${counts?.failed} failed pairs of ${failed}`],
    [ended.status === 'FAILED' && ended.error === 'MirrorFailed', `the run ended ${JSON.stringify(ended)}`],
    [alerts.length === 1, `${alerts.length} messages reached the topic`],
    [alert?.message.startsWith(`${failed} of ${pairs} pairs failed`) === true, 'the alert counts otherwise'],
  ]
  return complaints.filter(([right]) => !right).map(([, what]) => what)
}
