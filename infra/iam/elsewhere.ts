/**
 * Permissions to read the places that the list has images in: exactly that object, parameter, path or table, and the
 * namespaces of ECR that it names.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { type ListPlace, parseListPlace, placesOf } from '../../mirror/list/elsewhere/place.ts'
import { longForm, readEntry } from '../../mirror/list/entry.ts'
import { isNamespace } from '../../mirror/list/namespaces/namespace.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { repositoryArn } from './arns.ts'
import type { Grant } from './grant.ts'

export function readPlaces(scope: Construct, list: Pick<List, 'imagesFrom'>): Grant[] {
  return placesOf(list).map((name) => readPlace(Stack.of(scope), parseListPlace(name)))
}

function readPlace(stack: Stack, place: ListPlace): Grant {
  switch (place.kind) {
    case 'object':
      return { actions: ['s3:GetObject'], resources: [objectArn(stack, `${place.bucket}/${place.key}`)] }
    case 'parameter':
      return { actions: ['ssm:GetParameter'], resources: [parameterArn(stack, place.name)] }
    case 'path':
      // The permission on a path covers all parameters below it.
      return { actions: ['ssm:GetParametersByPath'], resources: [parameterArn(stack, place.path)] }
    case 'table':
      return {
        actions: ['dynamodb:Scan'],
        resources: [stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: place.table })],
      }
  }
}

function objectArn(stack: Stack, resource: string): string {
  return stack.formatArn({
    service: 's3',
    region: '',
    account: '',
    resource,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  })
}

/** The slash that a name may begin with is the one after `parameter`. */
function parameterArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') })
}

/** Permissions of Plan to list the repositories of namespaces. */
export function listNamespaces(scope: Construct, list: List): Grant[] {
  const namespaces = list.images.flatMap((image) => {
    const { ref } = readEntry(image, list)
    const ecr = isNamespace(ref) ? parseEcrHost(ref.registry) : undefined
    const role = list.registries?.[ref.registry]?.role
    return ecr === undefined
      ? []
      : [{ ...ecr, name: ref.repository, role, hasTags: longForm(image).sourceTags !== undefined }]
  })
  const own = namespaces.filter(({ role }) => role === undefined)
  const arns = (all: readonly Parameters<typeof repositoryArn>[1][]) => [
    ...new Set(all.map((one) => repositoryArn(scope, one))),
  ]
  return [
    {
      actions: ['ecr:DescribeRepositories'],
      resources: arns(own.map((one) => ({ ...one, name: '*' }))),
      wildcard: 'ECR lists the repositories of a whole registry, whatever their names begin with',
    },
    {
      actions: ['ecr:ListTagsForResource'],
      resources: arns(own.filter(({ hasTags }) => hasTags)),
      wildcard: 'the list names these repositories by a pattern',
    },
    { actions: ['sts:AssumeRole'], resources: [...new Set(namespaces.flatMap(({ role }) => role ?? []))] },
  ]
}
