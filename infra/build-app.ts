/** Synthesizes the app in this process, with the same context that the CDK CLI reads from cdk.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { type CloudAssembly, SynthesisMessageLevel } from 'aws-cdk-lib/cx-api'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { List } from '../mirror/list/config.ts'
import { homeOf } from '../mirror/list/home.ts'
import { didYouMean } from '../mirror/nearest.ts'
import { PROJECT_ROOT } from './bundle.ts'
import { type Compute, parseCompute } from './compute.ts'
import { ImageMirrorList } from './list/mirror-list.ts'
import { MirrorStack } from './mirror-stack.ts'
import { invalidInput } from './problems.ts'
import { PushStack } from './push-stack.ts'
import { STACK_NAME } from './stack-name.ts'

const DEFAULT_LIST = 'mirror.yaml'
/** Context keys that `-c` accepts. */
const SETTINGS = ['list', 'name', 'schedule', 'compute']

export interface BuildAppProps {
  /** @default - the list in `listFile` */
  readonly list?: List
  /** @default - the context's `list`, else mirror.yaml */
  readonly listFile?: string
  /** @default - the CDK CLI's output folder, else a temporary folder */
  readonly outdir?: string
}

/** @throws InvalidInput if the list is invalid */
export function buildApp(props: BuildAppProps = {}): CloudAssembly {
  const app = new App({
    context: { ...AS_THE_CLI, ...cdkContext() },
    analyticsReporting: false,
    // Prevents a second synthesis at exit in the CLI's environment.
    autoSynth: false,
    ...(props.outdir === undefined ? {} : { outdir: props.outdir }),
  })
  refuseUnknown(app)
  const stackName = stackNameOf(contextText(app, 'name'))
  const list =
    props.list ?? ImageMirrorList.fromFile(props.listFile ?? contextText(app, 'list') ?? DEFAULT_LIST)
  const home = homeOf(list)
  const schedule = contextText(app, 'schedule')
  new MirrorStack(app, stackName, {
    description: 'image-mirror: keeps container images present in Amazon ECR in every region',
    list,
    ...(home === undefined ? {} : { env: { region: home } }),
    ...(schedule === undefined ? {} : { schedule }),
    ...compute(contextText(app, 'compute')),
  })
  addPushStacks(app, stackName, { list, home })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return withoutErrors(app.synth())
}

/** The CDK CLI prints annotation errors and fails; synthesis in process must check for them. */
function withoutErrors(assembly: CloudAssembly): CloudAssembly {
  const errors = assembly.stacksRecursively
    .flatMap(({ messages }) => messages)
    .filter(({ level }) => level === SynthesisMessageLevel.ERROR)
    .map(({ id, entry }) => `${id}: ${String(entry.data)}`)
  if (errors.length === 0) return assembly
  throw invalidInput(errors.join('\n'))
}

/** Adds one stack for each further region in `push.from`. */
function addPushStacks(
  app: App,
  stackName: string,
  { list: { push }, home }: { readonly list: List; readonly home: string | undefined },
): void {
  for (const region of push?.from ?? []) {
    if (push === undefined || home === undefined || region === home) continue
    const description = `image-mirror: sends pushes in ${region} to ${home}`
    new PushStack(app, `${stackName}Pushes-${region}`, {
      description,
      repositories: push.repositories,
      home,
      env: { region },
    })
  }
}

/** Context that the CLI sets by default: with it, both ways produce the same template, byte for byte. */
const AS_THE_CLI = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true }

function cdkContext(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>
  }
  return context
}

/**
 * Rejects unknown context keys, because a misspelt one would deploy something else. CDK's own keys contain a colon or a
 * slash; settings that apply to all apps of a user are not strings.
 * @throws InvalidInput
 */
function refuseUnknown(app: App): void {
  const given = Object.entries(app.node.getAllContext())
  const unknown = given.filter(([key, value]) => typeof value === 'string' && !/[:/]/.test(key))
  const [key] = unknown.find(([name]) => !SETTINGS.includes(name)) ?? []
  if (key === undefined) return
  throw invalidInput(
    `-c ${key}=… is not a setting of this app; its settings are ${SETTINGS.join(', ')}${didYouMean(key, SETTINGS)}`,
  )
}

/**
 * The name of the stack, which distinguishes several mirrors in a region. CloudFormation derives all other unique names
 * from it.
 * @throws InvalidInput
 */
function stackNameOf(name: string | undefined): string {
  if (name === undefined) return STACK_NAME
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name)) return `${STACK_NAME}-${name}`
  throw invalidInput(
    `-c name=${name} must begin with a letter and have at most 40 letters, digits and hyphens, because it becomes part of the stack name`,
  )
}

function contextText(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key)
  return typeof value === 'string' ? value : undefined
}

/** `-c compute=lambda` */
function compute(text: string | undefined): { compute?: Compute } {
  return text === undefined ? {} : { compute: parseCompute(text) }
}
