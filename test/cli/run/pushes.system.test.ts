// A local run with `--serve`, and a push with the command that it prints.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { start } from '../program.ts'

/** The program that npx starts, without the second that npx takes. */
const OURS = `${process.execPath} ${join(import.meta.dirname, '../../../cli/main.ts')}`

test('prints how to push with --serve, and reports the run that a push starts', async () => {
  await using source = await startFaultyRegistry()
  await source.store.repositories.create('app')
  await plainSample('app', ['1'])(builder(source.store, 'app'))
  const folder = await mkdtemp(join(tmpdir(), 'serve-'))
  const list = join(folder, 'list.json')
  const regions = ['us-east-1', 'eu-west-1']
  const push = { repositories: ['team/*'] }
  await writeFile(
    list,
    JSON.stringify({ regions, push, prefix: 'mirror', images: [`${source.address}/app:1`] }),
  )
  const { child, finished } = start('run', '--list', list, '--state', join(folder, 'state'), '--serve')
  const printed = await until(child.stdout, /^Registries: /m)
  const [, command = ''] = /push an image, which starts a run:\n([\s\S]*?)\n {2}deploy/.exec(printed) ?? []
  expect(command).toContain('123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0')
  const [told] = await Promise.all([
    until(child.stderr, /^run local-.*\n/m),
    promisify(execFile)('sh', ['-c', command.replace('npx image-mirror', OURS)]),
  ])
  expect(told).toMatch(
    /^run local-\S+ \(push of team\/app:1\.0 in us-east-1\): SUCCEEDED, 1 image, 1 pair: 1 synced$/m,
  )
  child.kill('SIGINT')
  expect((await finished).status).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

/** The text of a stream, up to and including this text. */
function until(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    stream.on('data', (chunk) => {
      text += chunk
      if (wanted.test(text)) resolve(text)
    })
  })
}
