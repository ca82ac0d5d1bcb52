// The tutorial, from its first command to its last one, in a copy of the project: each prints what the page shows.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillUpstream } from '../../local/upstream/fill.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { endpointVariable } from '../../registry/http/endpoint.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { classOf } from './shell/classes.ts'
import { type Clone, openClone } from './shell/clone.ts'
import { differs } from './shell/output.ts'
import { scriptsOf } from './shell/script.ts'
import { commandsOf } from './shell/words.ts'

const NAME = 'docs/tutorial.md'
const PAGE = { name: NAME, text: readFileSync(join(import.meta.dirname, '../..', NAME), 'utf8') }
const SCRIPTS = scriptsOf(PAGE).filter(({ text }) => commandsOf(text).some((words) => classOf(words)?.runs))

let clone: Clone
let source: TestRegistry
let target: TestRegistry
beforeAll(async () => {
  source = await startRegistry()
  target = await startRegistry()
  const [, list = ''] = /^cat > my\.yaml <<'EOF'\n([\s\S]*?)^EOF$/m.exec(PAGE.text) ?? []
  await fillUpstream(source.store, parseList(list, 'my.yaml'))
  const environment = {
    [endpointVariable('docker.io')]: `http://${source.address}`,
    [endpointVariable('quay.io')]: `http://${source.address}`,
    [endpointVariable('127.0.0.1:5000')]: `http://${target.address}`,
  }
  clone = await openClone(() => environment)
})
afterAll(async () => {
  for (const one of [clone, source, target]) await one?.[Symbol.asyncDispose]()
})

test('the tutorial has steps', () => {
  expect(SCRIPTS.length).toBeGreaterThan(6)
})

test.each(SCRIPTS)('at $place: $text', async ({ text, output }) => {
  const { status, out, err } = await clone.run(text)
  if (output !== undefined) expect(differs(output, out), `${out}\n${err}`).toBeUndefined()
  expect(status, `${out}\n${err}`).toBe(/^FAILED {2}/m.test(output ?? '') ? 1 : 0)
})
