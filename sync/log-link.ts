/** Where people find the log of this build. */
import { executionLink } from '../mirror/list/partitions.ts'

/** The console's page of a build, from CODEBUILD_BUILD_ARN; undefined outside CodeBuild. */
export function buildLink(arn: string | undefined): string | undefined {
  const [, , , region, account, path = ''] = arn?.split(':') ?? []
  const id = arn?.split(':').at(-1)
  if (arn === undefined || region === undefined || !path.startsWith('build/')) return undefined
  const project = path.slice('build/'.length)
  // Every console of a region has the same origin, whatever its partition.
  const { origin } = new URL(executionLink(arn))
  return `${origin}/codesuite/codebuild/${account}/projects/${project}/build/${project}%3A${id}/log?region=${region}`
}
