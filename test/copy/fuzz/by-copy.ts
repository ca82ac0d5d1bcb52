// Runs a case with the command `copy`.
import { runJob } from '../../../cli/copy/job.ts'
import type { DockerConfig } from '../../../registry/credentials/docker-config.ts'
import type { Clock } from '../../../registry/model/clock.ts'
import type { Registries } from '../../../registry/model/registry.ts'
import { CANARY } from '../../support/canary.ts'
import { FROM } from './source.ts'
import { TO } from './target.ts'
import { errorsIn, failedIn, type Told } from './told.ts'

export interface Ends {
  /** `127.0.0.1:PORT` */
  readonly source: string
  readonly target: string
  readonly registries: Registries
  readonly clock: Clock
}

const config: DockerConfig = { credentials: async () => CANARY, locate: async () => undefined }
const progress = {
  add: () => ({ found() {}, done() {}, snapshot: () => ({}) }) as never,
  [Symbol.dispose]() {},
}

/** @param tag - undefined for all tags */
export async function copyByHand(
  { source, target, registries, clock }: Ends,
  tag: string | undefined,
): Promise<Told> {
  const tagged = tag === undefined ? {} : { tag }
  const options = {
    help: false,
    source: { registry: source, repository: FROM, ...tagged },
    targets: [{ registry: target, repository: TO, ...tagged }],
    allTags: tag === undefined,
    artifacts: true,
    create: false,
    dryRun: false,
    json: true,
  } as const
  const { signal } = new AbortController()
  const document = await runJob(options, { registries, config, progress, signal, clock })
  const [report] = document.targets
  if (report === undefined) throw new Error('there is no report of the target')
  const tags = report.tags
  const errors = [document.error, report.error].flatMap((error) => (error === undefined ? [] : [error]))
  const isGood = report.outcome === 'synced' || report.outcome === 'inSync'
  return {
    success: isGood && document.error === undefined,
    failed: failedIn(tags),
    warnings: report.warnings,
    errors: [...errors, ...errorsIn(tags)],
    ended: tags.length === 0 && errors.length > 0,
  }
}
