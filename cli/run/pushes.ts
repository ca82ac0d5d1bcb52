/** Renders push commands for the local registries, and the results of runs that pushes start. */
import type { Executed } from '../../local/executions.ts'
import type { LocalRun } from '../../local/run.ts'
import type { List } from '../../mirror/list/config.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { countsText, pullable } from './summary.ts'

/** Returns a `copy` command that pushes to the emulated ECR, or no lines if the list does not set `push`. */
export function pushCommands(
  { push, ...list }: List,
  { template, document, ecrEndpoint, key }: LocalRun,
): string[] {
  const region = homeOf(list)
  const source = pullable(document)
  if (push === undefined || region === undefined || source === undefined) return []
  const repository = (push.repositories[0] ?? '').replaceAll('*', 'app').replace(/\/$/, '')
  const target = `${template.place.account}.dkr.ecr.${region}.amazonaws.com/${repository}:1.0`
  return [
    '  push an image, which starts a run:',
    `    AWS_ENDPOINT_URL_ECR=${ecrEndpoint} AWS_ACCESS_KEY_ID=you \\`,
    `    AWS_SECRET_ACCESS_KEY=any AWS_SESSION_TOKEN=${key} \\`,
    `    npx image-mirror copy --create ${source} \\`,
    `      ${target}`,
  ]
}

/** `run local-… (push of team/app:1.0 in us-east-1): SUCCEEDED, 1 pair: 1 synced` */
export function renderStarted({ run, input, ended, document }: Executed): string {
  return `run ${run} (${causeOf(input)}): ${ended.status}, ${countsText(document.counts, ended.status !== 'SUCCEEDED')}`
}

function causeOf(input: Executed['input']): string {
  const { push } = input as { readonly push?: { readonly [key: string]: string } }
  return push === undefined ? 'by an event' : `push of ${push.repository}:${push.tag} in ${push.region}`
}
