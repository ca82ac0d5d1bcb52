/** Bounds the memory of a program that copies: the same for small and large images. */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation small. V8 lets it grow to 32 MB while many objects survive, as the small buffers of TLS
 * do, and sees nothing of the memory outside its heap that these buffers hold.
 */
export function boundMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
