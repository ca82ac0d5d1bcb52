// `npm start`, with the sample images and with lists that read from them.
import { on } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorDocumentSchema } from '../../cli/program/error-document.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { documentOf as printed } from './documents.ts'
import { type Finished, program, type Started, start } from './program.ts'

let folder: string
let state: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'))
  state = join(folder, 'state')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The output of `--json` must be a single complete document. */
function documentOf({ stdout }: Finished): RunDocument {
  return printed('run', stdout)
}

async function inputFile(input: unknown): Promise<string> {
  const path = join(folder, 'input.json')
  await writeFile(path, JSON.stringify(input))
  return path
}

/** Resolves when the output contains this text. */
async function said(stream: Readable, words: string): Promise<string> {
  let text = ''
  for await (const chunk of on(stream, 'data')) {
    text += String(chunk[0])
    if (text.includes(words)) break
  }
  return text
}

describe('on one state folder', () => {
  test('syncs every pair of mirror.yaml in the first run', async () => {
    const done = await program('run', '--state', state, '--json')
    expect(done.status, done.stderr).toBe(0)
    const { counts, pairs, regions, alert } = documentOf(done)
    expect(counts).toMatchObject({ images: 5, pairs: 14, synced: 14, inSync: 0, deferred: 0, failed: 0 })
    expect(Object.keys(regions)).toEqual(['us-east-1', 'eu-west-1', 'ap-southeast-2'])
    for (const pair of pairs) expect(pair.bytes, `${pair.image} ${pair.region}`).toBeGreaterThan(0)
    expect(alert).toBeUndefined()
  })

  test('prints its progress, a line per pair, a table and the next commands', async () => {
    const { status, stdout, stderr } = await program('run', '--state', state)
    expect(status).toBe(0)
    expect(stderr).toContain('Mirroring mirror.yaml: 5 entries into us-east-1, eu-west-1, ap-southeast-2')
    expect(stderr).toContain('Sample images, made up for whatever the list names, replace its registries')
    expect(stderr).toMatch(/14\/14 {2}in sync {3}\S+ -> \S+\n/)
    expect(stdout).toMatch(/^image +target +outcome +tags +bytes +seconds\n/)
    expect(stdout).toContain('SUCCEEDED  5 images, 14 pairs: 14 in sync; 0 B moved')
    expect(stdout).toContain('Next steps')
    expect(stdout).toContain(`\nStatus:     ${join(state, 'status.html')}\n`)
  })

  test("isolates and names a failure of an input's own images, and sends one alert", async () => {
    const images = ['docker.io/library/redis:7.4', 'registry.k8s.io/pause:no-such-tag']
    const done = await program('run', '--state', state, '--json', '--input', await inputFile({ images }))
    expect(done.status, done.stderr).toBe(1)
    const { counts, pairs, alert } = documentOf(done)
    expect(counts).toMatchObject({ images: 2, pairs: 6, inSync: 3, failed: 3 })
    const failed = pairs.filter(({ outcome }) => outcome === 'failed')
    for (const { error } of failed) expect(error?.name).toBe('SourceNotFound')
    expect(alert?.message).toContain('no-such-tag')
    expect(alert?.message).not.toContain('redis')
    const [, file = ''] = /^Alert: +(\S+)/m.exec(done.stderr) ?? []
    expect(await readFile(file, 'utf8')).toBe(`Subject: ${alert?.subject}\n\n${alert?.message}\n`)
  })

  test('refuses an invalid input, with an alert that names the fix', async () => {
    const done = await program(
      'run',
      '--state',
      state,
      '--json',
      '--input',
      await inputFile({ image: 'redis' }),
    )
    expect(done.status).toBe(2)
    const { pairs, alert } = documentOf(done)
    expect(pairs).toEqual([])
    expect(alert?.message).toContain('unknown key "image"')
  })

  test('exits with 130 at Ctrl-C during a build, and leaves nothing behind', async () => {
    const other = join(folder, 'other')
    // Only the registries are empty. The list and the programs are those of the first run.
    for (const made of ['cdk.out', 'upstream'])
      await cp(join(state, made), join(other, made), { recursive: true })
    const { child, finished } = start('run', '--state', other, '--json')
    await said(child.stderr, 'synced')
    child.kill('SIGINT')
    const { status, stdout, stderr } = await finished
    expect(status).toBe(130)
    expect(stderr).toContain('Interrupted.')
    expect(errorDocumentSchema.parse(JSON.parse(stdout)).error.name).toBe('Interrupted')
    expect(existsSync(join(other, 'lock'))).toBe(false)
    expect(await readdir(join(other, 'builds'))).toEqual([])
  })

  describe('with --serve', () => {
    let served: Started
    let document: RunDocument
    beforeAll(() => {
      served = start('run', '--state', state, '--serve', '--json')
    })
    afterAll(async () => {
      served.child.kill('SIGKILL')
      await served.finished
    })

    test('names and serves the status, and refuses a second run on the same state meanwhile', async () => {
      const words = await said(served.child.stderr, 'updates itself')
      const [, url = ''] = /^Status: (http:\S+) updates itself$/m.exec(words) ?? []
      expect(await (await fetch(url)).text()).toMatch(/<h1>[^<]+ of \d+ pairs are not in sync/)
      const second = await program('run', '--state', state)
      expect(second.status).toBe(2)
      expect(second.stderr).toContain(`another run (process ${served.child.pid}) is using ${state}`)
    })

    test('finds every pair in sync in the next run, and transfers nothing', async () => {
      document = printed('run', await said(served.child.stdout, '\n}\n'))
      const { counts, pairs } = document
      expect(counts).toMatchObject({ pairs: 14, synced: 0, inSync: 14, failed: 0 })
      expect(pairs.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0)
      for (const { tags } of pairs) expect(tags.length).toBeGreaterThan(0)
    })

    test('keeps the registries open for pulls until it ends', async () => {
      const [pair] = document.pairs
      const [tag] = pair?.tags ?? []
      const address = document.regions[pair?.region ?? '']
      const answer = await fetch(`http://${address}/v2/${pair?.repository}/manifests/${tag?.tag}`, {
        headers: {
          accept:
            'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json',
        },
      })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('docker-content-digest')).toBe(tag?.digest)
      served.child.kill('SIGTERM')
      expect(await served.finished).toMatchObject({
        status: 0,
        stderr: expect.stringMatching(/\nStopped\. The state is kept, .+\n$/),
      })
      expect(await readdir(join(state, 'builds'))).toEqual([])
    })
  })
})
