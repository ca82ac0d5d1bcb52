// The package as users install it: packed, installed into an app by `cdk init`, and synthesized.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from '../../infra/build-app.ts'
import { PROJECT_ROOT } from '../../infra/bundle.ts'
import { STACK_NAME } from '../../infra/stack-name.ts'
import { type FreshApp, freshApp, nodePackage } from './fresh-app.ts'

const STACK = `import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ImageMirror, ImageMirrorList } from 'image-mirror';

export class FreshStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new ImageMirror(this, 'Mirror', { list: ImageMirrorList.fromFile('mirror.yaml') });
  }
}
`
const MAIN = `import * as cdk from 'aws-cdk-lib';
import { FreshStack } from '../lib/fresh-stack';

new FreshStack(new cdk.App(), '${STACK_NAME}', { env: { region: 'us-east-1' } });
`
/** The settings of apps by older versions of `cdk init`, and the ways to start them. */
const APPS = [
  ['NodeNext, tsx', undefined, 'npx tsx bin/fresh.ts'],
  ['commonjs, ts-node', { module: 'commonjs', moduleResolution: 'node10' }, 'npx ts-node bin/fresh.ts'],
  ['Node16, ts-node', { module: 'Node16', moduleResolution: 'Node16' }, 'npx ts-node bin/fresh.ts'],
] as const
const NODES = [22, 24]
const CASES = NODES.flatMap((node) => APPS.map((app) => [node, ...app] as const))

let work: string
let app: FreshApp

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'image-mirror-here-'))
  // These apps have TypeScript 5, whose compiler ts-node loads.
  const nodes = NODES.map(nodePackage)
  app = await freshApp(['ts-node@10', 'typescript@5', 'tsx@4', ...nodes])
  await app.write('mirror.yaml', await readFile(join(PROJECT_ROOT, 'mirror.yaml'), 'utf8'))
  await app.write('lib/fresh-stack.ts', STACK)
  await app.write('bin/fresh.ts', MAIN)
  buildApp({ outdir: join(work, 'here') })
})
afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await rm(work, { recursive: true, force: true })
})

test.each(CASES)(
  'on Node %i, an app with %s gets the template of this repository',
  async (node, _, settings, start) => {
    app.useNode(node)
    expect(await app.run('node', '--version')).toMatch(new RegExp(`^v${node}\\.`))
    await useCompilerOptions(settings)
    // Checks declarations too: ours must not refer to packages that the app lacks.
    await app.run('npx', 'tsc', '--noEmit', '--skipLibCheck', 'false')
    await app.run('npx', 'cdk', 'synth', '--quiet', '--app', start, '--output', 'cdk.out')
    const made = JSON.parse(await app.read(`cdk.out/${STACK_NAME}.template.json`))
    expect(resourcesOf(made)).toEqual(resourcesOf(await ours()))
  },
)

test('the command line runs from the installed package', async () => {
  const { version, engines } = JSON.parse(await app.read('node_modules/image-mirror/package.json')) as {
    version: string
    engines: { node: string }
  }
  expect(engines.node).toBe(`>=${Math.min(...NODES)}`)
  expect((await app.run('npx', 'image-mirror', '--version')).trim()).toBe(version)
  expect(await app.run('npx', 'image-mirror', 'copy', '--help')).toContain('Usage: npx image-mirror copy')
})

test('nothing of the tests or the sources is in the package', async () => {
  const files = await app.run('npm', 'ls', '--json', 'image-mirror')
  expect(files).toContain('image-mirror')
  const listed = (await app.run('find', 'node_modules/image-mirror', '-type', 'f')).trim().split('\n')
  expect(listed.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
})

/**
 * The resources without the CLI's metadata. With feature flags of `cdk init`, ARNs contain the partition if the
 * region is known; here CloudFormation resolves it. Both give the same ARN.
 */
function resourcesOf(template: { Resources: Record<string, { Metadata?: unknown }> }): unknown {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([id]) => id !== 'CDKMetadata')
      .map(([id, { Metadata: _, ...resource }]) => [id, inAws(resource)]),
  )
}

function inAws(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inAws)
  if (typeof value !== 'object' || value === null) return value
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, unknown[]] }
  if (join?.[0] === '') return joined(join[1].map(inAws))
  if (JSON.stringify(value) === '{"Ref":"AWS::Partition"}') return 'aws'
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, inAws(of)]))
}

/** Joins adjacent texts. */
function joined(parts: readonly unknown[]): unknown {
  const merged: unknown[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (typeof last === 'string' && typeof part === 'string') merged[merged.length - 1] = last + part
    else merged.push(part)
  }
  return { 'Fn::Join': ['', merged] }
}

async function ours(): Promise<{ Resources: Record<string, { Metadata?: unknown }> }> {
  return JSON.parse(await readFile(join(work, 'here', `${STACK_NAME}.template.json`), 'utf8'))
}

async function useCompilerOptions(settings: Readonly<Record<string, string>> | undefined): Promise<void> {
  const original = JSON.parse(await app.read('tsconfig.json')) as { compilerOptions: Record<string, unknown> }
  const { types: _, ...compilerOptions } = original.compilerOptions
  const changed = { ...compilerOptions, ...settings, types: ['node'] }
  await app.write(
    'tsconfig.json',
    JSON.stringify({ ...original, compilerOptions: changed, include: ['bin', 'lib'] }, undefined, 2),
  )
}
