/** Puts each address behind a shaped link of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface LinkShape {
  readonly name: string
  readonly mbitPerSecond: number
  readonly rttMs: number
}

export interface Links extends AsyncDisposable {
  /** The addresses behind the links, in the order given. */
  readonly addresses: readonly string[]
}

export async function startLinks(shape: LinkShape, addresses: readonly string[]): Promise<Links> {
  const script = join(import.meta.dirname, 'link-process.ts')
  const args = [script, String(shape.mbitPerSecond), String(shape.rttMs), ...addresses]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    addresses: JSON.parse(line) as string[],
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

/** The shortest possible copy over the link: its bytes, and four round trips. */
export function floorSeconds({ mbitPerSecond, rttMs }: LinkShape, bytes: number): number {
  return (bytes * 8) / (mbitPerSecond * 1e6) + (4 * rttMs) / 1000
}
