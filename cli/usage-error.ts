/** The error for invalid usage: wrong flags, arguments or files. It ends a command with status 2 and a hint at the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
