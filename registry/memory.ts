/** Limits the memory of a process that reads from registries, however large images and lists of tags are. */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation small. V8 grows it to 32 MB while many objects survive, such as tags or the small buffers
 * of TLS, and does not account for the off-heap memory that these buffers hold.
 */
export function boundMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
