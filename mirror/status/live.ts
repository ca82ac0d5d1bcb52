/** The pairs of a run in progress, for a page that updates itself. */
export interface Live {
  readonly pairs: readonly LivePair[]
  readonly done: number
}

export interface LivePair {
  readonly image: string
  readonly target: string
  /** What the run does with it now, or has done. */
  readonly step: string
  /** Whether the run has finished it. */
  readonly done: boolean
}
