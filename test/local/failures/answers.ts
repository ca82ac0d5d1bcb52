// Responses and errors of services, as Step Functions receives them.
import type { Json, JsonObject } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'

/** A finished build, as `startBuild.sync` returns it, and its result in S3. */
export function built(outcome: JsonObject): Json {
  const blobs = { copied: 1, mounted: 0, present: 0 }
  const all = { bytes: 10, seconds: 1, blobs, warnings: 0, ...outcome }
  return { Build: { Id: 'sync:1', BuildStatus: 'SUCCEEDED' }, left: all }
}

/** A failed build, as Step Functions reports it. */
export function broken(BuildStatus: string): StatesError {
  const Phases = [{ PhaseType: 'BUILD', PhaseStatus: BuildStatus, Contexts: [] }]
  return new StatesError(
    StatesErrorName.TaskFailed,
    JSON.stringify({ Build: { Id: 'sync:1', BuildStatus, Phases } }),
  )
}

/** An error of a function, as Lambda reports it. */
export function thrownBy(errorType: string, errorMessage: string): StatesError {
  return new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }))
}
