/**
 * Compares the repository of a pair with the list, changes what the list allows, and reports the rest. Nothing here
 * fails the pair: its images matter more than the settings of their repository.
 */
import type { EcrRepository, RepositoryState } from '../../registry/model/registry.ts'
import { describeFailure } from '../failure.ts'
import type { Reconcile, RepositorySettings } from '../list/repositories/schema.ts'
import { type Drift, driftOf } from './drift.ts'
import { type EcrTarget, MANAGED, statesAny, wantedSettings } from './wanted.ts'

export interface ReconcileOptions {
  /** Whether to change anything. A plan and a dry run only report. */
  readonly dryRun: boolean
  readonly signal?: AbortSignal | undefined
}

/** What Sync completes if the creation of a repository was interrupted, and the mark of such a repository. */
const COMPLETED_LATER: readonly string[] = ['lifecycle', 'policy']
const CREATING = 'creating'

type Settled = Pick<EcrRepository, 'readSettings' | 'changeSettings'>

/** Returns a warning for each setting that differs. Asks nothing if the list states no settings. */
export async function reconcileSettings(
  repository: Settled,
  settings: RepositorySettings,
  target: EcrTarget,
  { dryRun, signal }: ReconcileOptions,
): Promise<string[]> {
  if (!statesAny(settings)) return []
  const wanted = wantedSettings(settings, target)
  try {
    const asked = { lifecyclePolicy: wanted.lifecycle !== undefined, policy: wanted.policy !== undefined }
    const found = await repository.readSettings(asked, signal)
    // Sync creates it.
    if (found === undefined) return []
    const warnings: string[] = []
    for (const drift of driftOf(wanted, found)) {
      warnings.push(await settle(repository, drift, found, { reconcile: settings.reconcile, dryRun, signal }))
    }
    return warnings
  } catch (error) {
    signal?.throwIfAborted()
    return [
      `the settings of the repository could not be compared with the list: ${describeFailure(error).message}`,
    ]
  }
}

interface Settling extends ReconcileOptions {
  readonly reconcile: Reconcile | undefined
}

async function settle(
  repository: Settled,
  drift: Drift,
  { tags }: RepositoryState,
  { reconcile, dryRun, signal }: Settling,
): Promise<string> {
  const said = (what: string): string => `repositories.${drift.key}: ${drift.text}; ${what}`
  const { change } = drift
  if (change === undefined) return said(unchangeable(drift))
  const reason = reasonToLeave(drift, reconcile, tags[MANAGED])
  if (reason !== undefined) return said(reason)
  if (dryRun) return said('a run will change it')
  try {
    await repository.changeSettings(change, signal)
    return said('changed to that of the list')
  } catch (error) {
    signal?.throwIfAborted()
    return said(`it could not be changed: ${describeFailure(error).message}`)
  }
}

function unchangeable({ key }: Drift): string {
  return key === 'encryption'
    ? 'it cannot be changed after the creation of the repository'
    : 'it is left as it is'
}

function reasonToLeave(
  { key, loosens }: Drift,
  reconcile: Reconcile | undefined,
  managed: string | undefined,
): string | undefined {
  if (managed === CREATING && COMPLETED_LATER.includes(key))
    return 'its creation was interrupted, and the next build completes it'
  if (reconcile === undefined || reconcile === false) return 'set "repositories.reconcile" to change it'
  if (managed === undefined) return `it is left as it is, without the resource tag ${MANAGED}`
  const loosened: readonly string[] = typeof reconcile === 'object' ? reconcile.loosen : []
  if (loosens === undefined || loosened.includes(key)) return undefined
  return `it is left as it is, because ${loosens}; name "${key}" in "repositories.reconcile.loosen" to change it`
}
