// How services answer Step Functions, and how they fail.
import type { Json, JsonObject } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'

/** A finished build, as `startBuild.sync` returns it, and what it left in S3. */
export function built(outcome: JsonObject): Json {
  const blobs = { copied: 1, mounted: 0, present: 0 }
  const all = { bytes: 10, seconds: 1, blobs, warnings: 0, ...outcome }
  return { Build: { Id: 'sync:1', BuildStatus: 'SUCCEEDED' }, left: all }
}

/** A build that ended in another way, as Step Functions tells of it. */
export function broken(BuildStatus: string): StatesError {
  const Phases = [{ PhaseType: 'BUILD', PhaseStatus: BuildStatus, Contexts: [] }]
  return new StatesError(
    StatesErrorName.TaskFailed,
    JSON.stringify({ Build: { Id: 'sync:1', BuildStatus, Phases } }),
  )
}

/** An error of a function, as Lambda hands it on. */
export function thrownBy(errorType: string, errorMessage: string): StatesError {
  return new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }))
}
