import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLOCKS } from '../../../local/clock.ts'
import { type Assembly, synthesize } from '../../../local/cloudformation/synth.ts'
import { openTemplate, type Template } from '../../../local/cloudformation/template.ts'
import type { JsonObject } from '../../../local/json.ts'
import { isPrivate } from '../../../local/state/state-folder.ts'
import { everyState, parseDefinition } from '../../../local/stepfunctions/asl.ts'
import { createMachine } from '../../../local/stepfunctions/engine.ts'
import { startTime } from '../../../local/stepfunctions/time.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'

const list = parseList('regions: [eu-west-1, us-east-1]\nimages: [docker.io/library/redis:7.4]', 'list.yaml')
const place = { account: '123456789012', region: 'eu-west-1' }
let folder: string
let assembly: Assembly
let template: Template

let umask: number
beforeAll(async () => {
  umask = process.umask(0o022)
  folder = await mkdtemp(join(tmpdir(), 'synth-'))
  assembly = await synthesize({ list, outdir: join(folder, 'cdk.out'), ...place })
  template = openTemplate(assembly.template, { ...place, partition: 'aws', stack: assembly.stack })
})
afterAll(async () => {
  process.umask(umask)
  await rm(folder, { recursive: true, force: true })
})

/** The places of all code that functions and builds of the stack run. */
function codeIn(deployed: Template): readonly string[] {
  const code = deployed
    .resources('AWS::Lambda::Function')
    .map(({ properties }) => properties.Code as JsonObject)
    .map(({ S3Bucket, S3Key }) => `${S3Bucket}/${S3Key}`)
  const sources = deployed
    .resources('AWS::CodeBuild::Project')
    .map(({ properties }) => properties.Source as JsonObject)
  return [...code, ...sources.map(({ Location }) => String(Location))]
}

function placesOf({ assets }: Assembly): readonly string[] {
  return assets.map(({ bucket, key }) => `${bucket}/${key}`)
}

function definition(): string {
  return String(template.resources('AWS::StepFunctions::StateMachine')[0]?.properties.DefinitionString)
}

test('finds the code of every function and of the build project among the assets', () => {
  const code = codeIn(template)
  expect(code).toHaveLength(7)
  expect(placesOf(assembly)).toEqual(expect.arrayContaining([...code]))
})

test('finds them in the region of the deployment if the list names none', async () => {
  const targets = 'targets: {lab: {registry: 127.0.0.1:5000}}\ndefaults: {targets: [lab]}'
  const made = await synthesize({
    list: parseList(`${targets}\nimages: [docker.io/library/redis:7.4]`, 'list.yaml'),
    outdir: join(folder, 'without-regions'),
    ...place,
  })
  const code = codeIn(openTemplate(made.template, { ...place, partition: 'aws', stack: made.stack }))
  expect(code).toHaveLength(7)
  expect(placesOf(made)).toEqual(expect.arrayContaining([...code]))
})

test('resolves everything that a deployment resolves', () => {
  const types = ['Lambda::Function', 'CodeBuild::Project', 'StepFunctions::StateMachine', 'Events::Rule']
  const text = JSON.stringify(types.map((type) => template.resources(`AWS::${type}`)))
  expect(text).not.toMatch(/"Ref":|"Fn::|\$\{AWS::/)
})

test('runs the synthesized machine, except for the reads and writes of its Distributed Map', () => {
  const machine = createMachine({
    arn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:M',
    definition: definition(),
    services: async () => null,
    documents: { get: async () => '', put: async () => {} },
    time: startTime(CLOCKS.real),
  })
  const { definition: ran, adapted, children } = machine.definitionThatRan()
  const synthesized = parseDefinition(definition())
  const distributed = [...everyState(synthesized)].filter(([, state]) => 'ItemReader' in state)
  expect(Object.entries(adapted)).toEqual(distributed)
  expect(distributed).toHaveLength(1)
  const States = Object.fromEntries(
    Object.entries(ran.States as JsonObject).map(([name, state]) => [name, adapted[name] ?? state]),
  )
  expect(JSON.stringify({ ...ran, States })).toBe(definition())
  for (const [name, map] of distributed) {
    expect(JSON.stringify(children[name])).toBe(JSON.stringify(map.ItemProcessor))
  }
})

test('synthesizes only after a change', async () => {
  const steps: string[] = []
  const onStep = (text: string) => steps.push(text)
  const again = await synthesize({ list, outdir: join(folder, 'cdk.out'), ...place, onStep })
  expect(again).toEqual(assembly)
  expect(steps).toEqual([])
})

test('throws errors of the synthesis', async () => {
  const nowhere = synthesize({ list, outdir: '/dev/null/cdk.out', ...place })
  await expect(nowhere).rejects.toThrow(/ENOTDIR/)
})

test('uses an assembly only if no other user can change its code', async () => {
  const steps: string[] = []
  const again = () =>
    synthesize({
      list,
      outdir: join(folder, 'cdk.out'),
      ...place,
      onStep: (text) => steps.push(text),
    })
  await again()
  expect(steps).toEqual([])
  const { path } = assembly.assets.find(({ packaging }) => packaging === 'zip') ?? { path: '' }
  await writeFile(join(path, 'added.mjs'), '')
  await chmod(join(path, 'added.mjs'), 0o666)
  await again()
  expect(steps).toEqual([expect.stringContaining('Synthesizing')])
  expect(await isPrivate(join(folder, 'cdk.out'))).toBe(true)
})
