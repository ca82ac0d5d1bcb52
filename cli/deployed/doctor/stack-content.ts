/** Reads what a stack has deployed: its state, its template and the names of its resources. */
import {
  type CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation'
import { z } from 'zod'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import type { Json, JsonObject } from '../../../local/json.ts'
import { partitionOf } from '../../../mirror/list/partitions.ts'
import { describeStack, type Mirror } from '../aws/mirror.ts'
import { pagesOf } from '../aws/pages.ts'

export interface StackContent {
  readonly name: string
  readonly region: string
  /** `UPDATE_COMPLETE` */
  readonly status: string
  readonly outputs: ReadonlyMap<string, string>
  /** The resources of a type, with the properties of the template. */
  resources(type: string): readonly StackResource[]
  /** The default of a parameter. */
  parameter(name: string): string | undefined
  /** A value with references to other resources and to the account, as in the template. */
  resolve(value: unknown): unknown
}

export interface StackResource {
  readonly id: string
  readonly physicalId: string
  readonly properties: Readonly<Record<string, unknown>>
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Parameters: z.record(z.string(), z.object({ Default: z.string().optional() })).default({}),
})

/** @returns undefined if the stack does not exist */
export async function readStack(
  client: CloudFormationClient,
  { ask, account }: Pick<Mirror, 'ask' | 'account'>,
  name: string,
  region: string,
): Promise<StackContent | undefined> {
  const stack = await describeStack(client, ask, name)
  if (stack === undefined) return undefined
  const request = client.send(new GetTemplateCommand({ StackName: name }))
  const { TemplateBody = '{}' } = await ask('cloudformation:GetTemplate', request)
  const document = JSON.parse(TemplateBody) as JsonObject
  const { Resources, Parameters } = templateSchema.parse(document)
  const ids = await physicalIds(client, ask, name)
  const template = openTemplate(document, { account, region, partition: partitionOf(region), stack: name })
  return {
    name,
    region,
    status: stack.StackStatus ?? '',
    outputs: new Map(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    resources: (type) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id, { Properties }]) => ({ id, physicalId: ids.get(id) ?? '', properties: Properties })),
    parameter: (key) => Parameters[key]?.Default,
    resolve: (value) => template.resolve(value as Json),
  }
}

async function physicalIds(
  client: CloudFormationClient,
  ask: Mirror['ask'],
  StackName: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const pages = paginateListStackResources({ client }, { StackName })
  for await (const { StackResourceSummaries = [] } of pagesOf(
    ask,
    'cloudformation:ListStackResources',
    pages,
  ))
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      found.set(LogicalResourceId, PhysicalResourceId)
  return found
}
