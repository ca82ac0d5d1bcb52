// The one thing that a trial does in another way here than in AWS: the deployment of the mirror.
import type { List } from '../../mirror/list/config.ts'
import type { Names } from './names.ts'

export interface Deployment {
  /** Deploys all stacks of the list's mirror. Deleting them is up to CloudFormation. */
  deploy(list: List, names: Names, signal: AbortSignal): Promise<void>
}
