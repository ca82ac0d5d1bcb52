// Runs the mirror with --serve and --json, and keeps its registries up for other programs.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface MirrorReport {
  readonly regions: Readonly<Record<string, string>>
  readonly counts: Readonly<Record<string, number>>
  readonly pairs: readonly {
    readonly image: string
    readonly region: string
    readonly repository: string
    readonly outcome: string
    readonly tags: readonly { readonly tag?: string; readonly digest: string }[]
    readonly bytes: number
  }[]
}

export interface ServedMirror extends AsyncDisposable {
  readonly report: MirrorReport
}

/** Resolves with the run's report. Disposal ends the program by its process id. */
export async function mirrorAndServe(...flags: readonly string[]): Promise<ServedMirror> {
  const root = join(import.meta.dirname, '..', '..')
  const child = spawn(
    process.execPath,
    [join(root, 'cli', 'main.ts'), 'run', '--serve', '--json', ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  try {
    const report = await new Promise<MirrorReport>((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const report = complete(text)
        if (report) resolve(report)
      })
      child.once('exit', (code) => reject(new Error(`the run exited with ${code}:\n${said.join('\n')}`)))
    })
    return { report, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function complete(text: string): MirrorReport | undefined {
  try {
    return JSON.parse(text) as MirrorReport
  } catch {
    return undefined
  }
}
