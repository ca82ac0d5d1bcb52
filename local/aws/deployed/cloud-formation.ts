/**
 * CloudFormation on loopback: `DescribeStacks` with the outputs of stacks.
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
}

/** A page of `DescribeStacks` has this many stacks at most; AWS ends pages at 1 MB. */
const PAGE = 10

/** @param stacks - may grow */
export function cloudFormation(stacks: readonly DeployedStack[]): QueryService {
  function describeStacks(form: URLSearchParams, { region }: Scope): string {
    const name = form.get('StackName')
    const here = stacks.filter((stack) => stack.region === region)
    if (name === null) return page(here, Number(form.get('NextToken') ?? 0))
    const found = here.filter((stack) => stack.name === name || stack.id === name)
    if (found.length === 0) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`)
    return page(found, 0)
  }

  return {
    name: 'cloudformation',
    resourceOf: (form) => form.get('StackName') ?? '*',
    answer(action, form, scope) {
      if (action === 'DescribeStacks') return describeStacks(form, scope)
      throw new AwsError('InvalidAction', `${action} is not part of the embedded CloudFormation`)
    },
  }
}

function page(stacks: readonly DeployedStack[], start: number): string {
  const members = stacks.slice(start, start + PAGE).map((stack) => element('member', stackElement(stack)))
  const next = start + PAGE < stacks.length ? element('NextToken', String(start + PAGE)) : ''
  return element('Stacks', members.join('')) + next
}

function stackElement({ name, id, description, outputs }: DeployedStack): string {
  const members = Object.entries(outputs).map(([key, value]) =>
    element('member', element('OutputKey', escaped(key)) + element('OutputValue', escaped(value))),
  )
  return [
    element('StackName', escaped(name)),
    element('StackId', escaped(id)),
    element('StackStatus', 'UPDATE_COMPLETE'),
    element('CreationTime', '2026-11-01T00:00:00Z'),
    ...(description === undefined ? [] : [element('Description', escaped(description))]),
    element('Outputs', members.join('')),
  ].join('')
}
