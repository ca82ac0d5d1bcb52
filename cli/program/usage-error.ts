/** The error for invalid flags, arguments or files. The command exits with 2 and refers to --help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
