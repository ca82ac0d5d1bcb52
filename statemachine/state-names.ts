/**
 * Names of the workflow's states, as the console and the execution history show them: tasks are verb phrases, choices
 * are questions, and ends are outcomes. docs/workflow.md describes each.
 */

export const StateName = {
  Plan: 'Plan the run',
  ReportRefusal: 'Report the refusal',
  PlanRefused: 'Plan refused',
  PlanFailed: 'Plan failed',
  AnyImages: 'Are there any images?',
  NothingToMirror: 'Nothing to mirror',
  MirrorImages: 'Mirror each image',
  AnyToPrune: 'Is there anything to prune?',
  Prune: 'Prune the targets',
  Report: 'Report the outcomes',
  AnyNews: 'Is there anything to tell?',
  SendAlert: 'Send the alert',
  SendToChat: 'Send the alert to chats',
  AnyFailed: 'Did the run fail?',
  MirrorFailed: 'Mirror failed',
  Mirrored: 'Mirrored',

  Resolve: 'Resolve the image',
  MirrorWaves: 'Go wave by wave',
  MirrorTargets: 'Mirror to each target',
  ImageDone: 'Image done',
  ImageFailed: 'Image failed',

  Diff: 'Diff the target',
  DiffFailed: 'Diff failed',
  IsInSync: 'Is the target in sync?',
  InSync: 'In sync',
  InSyncWithWarnings: 'In sync with warnings',
  TagsFailed: 'Tags failed',
  Missing: 'Missing',
  Stale: 'Stale',
  Sync: 'Sync the target',
  ReadOutcome: 'Read the outcome',
  OutcomeNotRead: 'Outcome not read',
  ChooseByOutcome: 'What is the outcome?',
  Wait: 'Wait as long as asked',
  CountRound: 'Count the round',
  Synced: 'Synced',
  Failed: 'Failed',
  Deferred: 'Deferred',
} as const
export type StateName = (typeof StateName)[keyof typeof StateName]
