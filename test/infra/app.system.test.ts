// The app, started as the CDK CLI starts it.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { buildApp } from '../../infra/build-app.ts'
import { STACK_NAME } from '../../infra/stack-name.ts'

const folder = mkdtempSync(join(tmpdir(), 'image-mirror-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The CLI passes its context and the output folder in the environment. */
function app(context: Record<string, unknown>, out = 'out') {
  const env = { ...process.env, CDK_OUTDIR: join(folder, out), CDK_CONTEXT_JSON: JSON.stringify(context) }
  return promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', 'infra/app.ts'], {
    env,
  })
}

test('fails for a wrong list with what is wrong, and without a stack trace', async () => {
  const list = join(folder, 'wrong.yaml')
  writeFileSync(list, 'images: []\nregions: [us-east-1, atlantis-1]\n')
  const failure = await app({ list }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringMatching(/wrong\.yaml.*atlantis-1/s) })
  expect(failure).toMatchObject({ stderr: expect.not.stringMatching(/\n\s+at /) })
})

/** The settings that `cdk synth --verbose` reports. */
const OF_THE_CLI = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
  'aws:cdk:bundling-stacks': ['**'],
}

test('it gives the very template that a synthesis in process gives', async () => {
  await app(OF_THE_CLI, 'cli')
  buildApp({ outdir: join(folder, 'here') })
  const read = (out: string) => readFileSync(join(folder, out, `${STACK_NAME}.template.json`), 'utf8')
  expect(read('cli')).toBe(read('here'))
})
