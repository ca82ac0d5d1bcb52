/** How a blob got to a target. */
export type BlobOutcome = 'copied' | 'mounted' | 'present'
