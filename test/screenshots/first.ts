/** Pictures of a first run in progress, and of its report. */
import { once } from 'node:events'
import { start } from '../cli/program.ts'
import type { Camera } from './camera.ts'

const HALF = /\b[6-9] of \d+ pairs done/

export async function shootFirst(camera: Camera): Promise<void> {
  const { child, finished } = start('run', '--list', 'mirror.yaml', '--serve')
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const url = await output(child.stderr, () => /^Status: (http:\S+) updates itself$/m.exec(stderr)?.[1])
  await camera.shoot('run-in-progress', url, {}, (page) =>
    page.waitForFunction(
      (half) => new RegExp(half).test(document.body.innerText),
      { timeout: 0 },
      HALF.source,
    ),
  )
  const report = await output(child.stdout, () => /^Report: +(\S+)$/m.exec(stdout)?.[1])
  await camera.shoot('report-light', report)
  child.kill('SIGTERM')
  await finished
}

/** Waits until the output contains a text, and returns it. */
async function output(stream: NodeJS.ReadableStream, find: () => string | undefined): Promise<string> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await once(stream, 'data')
  }
}
