/** The error of a command that cannot have a result, because a registry does not give what it needs. */
import type { Failure } from '../../mirror/failure.ts'

export class NoResult extends Error {
  override readonly name: string

  constructor({ name, message }: Pick<Failure, 'name' | 'message'>, options?: ErrorOptions) {
    super(message, options)
    this.name = name
  }
}
