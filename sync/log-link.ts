/** Builds the console link to this build's log. */
import { executionLink } from '../mirror/list/partitions.ts'

/** Returns the build's console page from CODEBUILD_BUILD_ARN, or undefined outside CodeBuild. */
export function buildLink(arn: string | undefined): string | undefined {
  const [, , , region, account, path = ''] = arn?.split(':') ?? []
  const id = arn?.split(':').at(-1)
  if (arn === undefined || region === undefined || !path.startsWith('build/')) return undefined
  const project = path.slice('build/'.length)
  // All consoles of a region share one origin, in every partition.
  const { origin } = new URL(executionLink(arn))
  return `${origin}/codesuite/codebuild/${account}/projects/${project}/build/${project}%3A${id}/log?region=${region}`
}
