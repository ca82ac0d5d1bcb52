/** Finds the deployed mirror by the outputs of its stack. */
import type { CloudFormationClient, Output, Stack } from '@aws-sdk/client-cloudformation'
import type { Place } from './flags.ts'
import { ifExists } from './if-exists.ts'
import { clientNetwork } from './network.ts'
import { AwsProblem, ask } from './problem.ts'

/** A deployed mirror, and what clients need to reach it. */
export interface Mirror {
  readonly stack: string
  readonly region: string
  readonly account: string
  /** How the user named it. */
  readonly place: Place
  readonly stateMachineArn: string
  /** @throws AwsProblem if the stack lacks the output */
  output(name: OutputName): string
  /** Waits for a request. @param action - the permission that it needs */
  ask<T>(action: string, request: Promise<T>): Promise<T>
  /** For clients of the SDK. */
  readonly config: ClientConfig
}

export type ClientConfig = { readonly region?: string; readonly profile?: string } & Partial<
  ReturnType<typeof clientNetwork>
>

export type OutputName = 'FailureTopicArn' | 'WorkBucketName' | 'BuildLogGroupName'

/** As in infra/build-app.ts, which commands do not load. */
export const STACK_NAME = 'ImageMirror'

/** @throws AwsProblem if the mirror does not exist */
export async function findMirror(place: Place): Promise<Mirror> {
  const { CloudFormationClient, paginateDescribeStacks } = await import('@aws-sdk/client-cloudformation')
  const client = new CloudFormationClient(configOf(place))
  const asking = askingFor(place)
  try {
    for (const name of namesOf(place)) {
      const found = await describeStack(client, asking, name)
      if (found !== undefined) return mirrorOf(found, place)
    }
    throw noMirror(place, await asking('cloudformation:DescribeStacks', others()))
  } finally {
    client.destroy()
  }

  async function others(): Promise<{ region: string; names: string[] }> {
    const names: string[] = []
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
      names.push(...Stacks.filter(isMirror).flatMap(({ StackName }) => StackName ?? []))
    }
    return { region: await client.config.region(), names }
  }
}

function askingFor({ profile }: Place): Mirror['ask'] {
  return (action, request) => ask(action, request, profile)
}

/** Returns undefined if the stack does not exist. */
export async function describeStack(
  client: CloudFormationClient,
  asking: Mirror['ask'],
  StackName: string,
): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation')
  const request = client.send(new DescribeStacksCommand({ StackName }))
  const found = await ifExists(asking('cloudformation:DescribeStacks', request), 'ValidationError')
  return found?.Stacks?.[0]
}

export function configOf({ profile, region }: Place): ClientConfig {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...clientNetwork(),
  }
}

/** `--name prod` means the stack of `-c name=prod`, or else a stack with this very name. */
function namesOf({ name }: Place): string[] {
  if (name === undefined) return [STACK_NAME]
  return name.startsWith(STACK_NAME) ? [name] : [`${STACK_NAME}-${name}`, name]
}

function isMirror({ Description = '', Outputs = [] }: Stack): boolean {
  return Description.startsWith('image-mirror: keeps') || isComplete(Outputs)
}

function isComplete(outputs: readonly Output[]): boolean {
  return ['StateMachineArn', 'FailureTopicArn'].every((name) =>
    outputs.some(({ OutputKey }) => OutputKey === name),
  )
}

function noMirror(
  { name }: Place,
  { region, names }: { readonly region: string; readonly names: readonly string[] },
): AwsProblem {
  const missing = name === undefined ? `There is no stack ${STACK_NAME}` : `There is no mirror "${name}"`
  const known =
    names.length === 0
      ? 'and no other mirror. Deploy one with "npx cdk deploy", or give another --region or --profile.'
      : `The mirrors there are: ${names.join(', ')}. Give one of them with --name.`
  return new AwsProblem(`${missing} in ${region}${names.length === 0 ? ', ' : '. '}${known}`)
}

function mirrorOf({ StackName = '', StackId = '', Outputs = [] }: Stack, place: Place): Mirror {
  const [, , , region = '', account = ''] = StackId.split(':')
  const values = new Map(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
  const output = (name: OutputName | 'StateMachineArn'): string => {
    const value = values.get(name)
    if (value !== undefined) return value
    throw new AwsProblem(
      `The stack ${StackName} has no output ${name}. Deploy it again with this version; in an app of your own, add a CfnOutput of this name (docs/cli.md).`,
    )
  }
  return {
    stack: StackName,
    region,
    account,
    place,
    stateMachineArn: output('StateMachineArn'),
    output,
    ask: askingFor(place),
    config: { ...configOf(place), region },
  }
}
