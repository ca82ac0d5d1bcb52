/** Finds resources of the stacks that are deployed, unless they were deleted by hand. */
import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { AccountState } from './account-state.ts'
import type { DeployedStack } from './cloud-formation.ts'

interface Resources {
  readonly stacks: readonly DeployedStack[]
  readonly account: Pick<AccountState, 'deleted'>
}

export interface FoundResource {
  readonly stack: DeployedStack
  /** Its properties in the template, with references. */
  readonly properties: JsonObject
}

export function hasResource(
  hosted: Resources,
  region: string | undefined,
  type: string,
  physicalId: string,
): boolean {
  return findResource(hosted, region, type, physicalId) !== undefined
}

/** @param region - undefined for any, as for services that are global */
export function findResource(
  { stacks, account }: Resources,
  region: string | undefined,
  type: string,
  physicalId: string,
): FoundResource | undefined {
  if (account.deleted.has(physicalId)) return undefined
  for (const stack of stacks) {
    if (region !== undefined && stack.region !== region) continue
    const found = stack.resources?.find((one) => one.type === type && one.physicalId === physicalId)
    if (found !== undefined) return { stack, properties: propertiesOf(stack, found.id) }
  }
  return undefined
}

function propertiesOf({ template = '{}' }: DeployedStack, id: string): JsonObject {
  const { Resources } = JSON.parse(template) as JsonObject
  const resource = isObject(Resources) ? Resources[id] : undefined
  return isObject(resource) && isObject(resource.Properties) ? resource.Properties : {}
}

/** The physical ID of the resource that a property refers to, or its literal value. */
export function referenced({ resources = [] }: DeployedStack, value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (!isObject(value)) return undefined
  return resources.find(({ id }) => id === value.Ref)?.physicalId
}
