/**
 * CloudFormation on loopback: stacks with their outputs, templates and resources.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
import { AwsError, type Scope } from '../aws-json.ts'
import { element, escaped, type QueryService } from '../query.ts'

export interface DeployedStack {
  readonly name: string
  /** Its ARN. */
  readonly id: string
  readonly region: string
  readonly description?: string | undefined
  readonly outputs: Readonly<Record<string, string>>
  /** @default - none are described */
  readonly resources?: readonly StackResource[]
  /** The text of its template. @default '{}' */
  readonly template?: string
  /** @default UPDATE_COMPLETE */
  readonly status?: string
}

export interface StackResource {
  readonly id: string
  readonly type: string
  readonly physicalId: string
}

/** A page of `DescribeStacks` has this many stacks at most; AWS ends pages at 1 MB. */
const PAGE = 10
/** AWS lists up to 100 resources per page of `ListStackResources`. Smaller pages test that callers read all. */
const RESOURCES_PAGE = 30

/** @param stacks - may grow; DeleteStack removes from it */
export function cloudFormation(stacks: DeployedStack[]): QueryService {
  function describeStacks(form: URLSearchParams, { region }: Scope): string {
    const name = form.get('StackName')
    const here = stacks.filter((stack) => stack.region === region)
    if (name === null) return page(here, Number(form.get('NextToken') ?? 0))
    return page([find(name, region)], 0)
  }

  function indexOf(name: string | null, region: string): number {
    return stacks.findIndex((stack) => stack.region === region && (stack.name === name || stack.id === name))
  }

  function find(name: string | null, region: string): DeployedStack {
    const found = stacks[indexOf(name, region)]
    if (found !== undefined) return found
    throw new AwsError('ValidationError', `Stack with id ${name} does not exist`)
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
  function deleteStack(form: URLSearchParams, { region }: Scope): string {
    const index = indexOf(form.get('StackName'), region)
    // DeleteStack succeeds if the stack does not exist.
    if (index >= 0) stacks.splice(index, 1)
    return ''
  }

  function listResources(form: URLSearchParams, { region }: Scope): string {
    const { resources = [] } = find(form.get('StackName'), region)
    const start = Number(form.get('NextToken') ?? 0)
    const end = start + RESOURCES_PAGE
    const members = resources.slice(start, end).map((one) => element('member', resourceElement(one)))
    const next = end < resources.length ? element('NextToken', String(end)) : ''
    return element('StackResourceSummaries', members.join('')) + next
  }

  return {
    name: 'cloudformation',
    resourceOf: (form) => form.get('StackName') ?? '*',
    answer(action, form, scope) {
      if (action === 'DeleteStack') return deleteStack(form, scope)
      if (action === 'DescribeStacks') return describeStacks(form, scope)
      if (action === 'ListStackResources') return listResources(form, scope)
      if (action === 'GetTemplate')
        return element('TemplateBody', escaped(find(form.get('StackName'), scope.region).template ?? '{}'))
      throw new AwsError('InvalidAction', `${action} is not part of the embedded CloudFormation`)
    },
  }
}

function page(stacks: readonly DeployedStack[], start: number): string {
  const members = stacks.slice(start, start + PAGE).map((stack) => element('member', stackElement(stack)))
  const next = start + PAGE < stacks.length ? element('NextToken', String(start + PAGE)) : ''
  return element('Stacks', members.join('')) + next
}

function resourceElement({ id, type, physicalId }: StackResource): string {
  return [
    element('LogicalResourceId', escaped(id)),
    element('PhysicalResourceId', escaped(physicalId)),
    element('ResourceType', escaped(type)),
    element('ResourceStatus', 'UPDATE_COMPLETE'),
    element('LastUpdatedTimestamp', '2026-11-01T00:00:00Z'),
  ].join('')
}

function stackElement({ name, id, description, outputs, status }: DeployedStack): string {
  const members = Object.entries(outputs).map(([key, value]) =>
    element('member', element('OutputKey', escaped(key)) + element('OutputValue', escaped(value))),
  )
  return [
    element('StackName', escaped(name)),
    element('StackId', escaped(id)),
    element('StackStatus', status ?? 'UPDATE_COMPLETE'),
    element('CreationTime', '2026-11-01T00:00:00Z'),
    ...(description === undefined ? [] : [element('Description', escaped(description))]),
    element('Outputs', members.join('')),
  ].join('')
}
