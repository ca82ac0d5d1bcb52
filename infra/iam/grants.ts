/** Adds grants to roles: small ones inline, those with many resources as managed policies. */
import { ManagedPolicy, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcards } from './acknowledge.ts'
import { documentsOf, isInline } from './documents.ts'
import { type Grant, statementOf } from './grant.ts'

export function grantAll(role: Role, grants: readonly Grant[]): void {
  const given = grants.filter(({ resources }) => resources.length > 0)
  const inline = given.filter(isInline)
  for (const grant of inline) role.addToPolicy(statementOf(grant))
  const others = given.filter((grant) => !inline.includes(grant))
  for (const statements of documentsOf(others)) {
    new ManagedPolicy(role, `Policy${managed(role) + 1}`, {
      description: 'Rights of image-mirror on what its list names',
      statements,
      roles: [role],
    })
  }
  for (const { resources, wildcard } of given) {
    if (wildcard !== undefined) acknowledgeWildcards(role, resources, wildcard)
  }
}

function managed(role: Role): number {
  return role.node.children.filter((child) => child instanceof ManagedPolicy).length
}
