/** Keys of log lines that name the subject of an invocation. */
import type { PairState } from '../mirror/contract.ts'

export function keysOfPair({
  run,
  image,
  target,
}: Pick<PairState, 'run' | 'image' | 'target'>): Record<string, string> {
  return { run: run.name, id: image.id, image: image.image, target: target.id }
}
