/** What the checks of `doctor` share: the mirror, its stacks, and the list that is deployed. */
import type { List } from '../../../mirror/list/config.ts'
import { quoteForShell } from '../../../mirror/shell.ts'
import { type ClientConfig, type Mirror, STACK_NAME } from '../aws/mirror.ts'
import type { Deployed } from '../aws/with-mirror.ts'
import type { Finding } from './document.ts'
import type { StackContent } from './stack-content.ts'

export interface Context {
  readonly deployed: Deployed
  readonly now: Date
  /** The stack of the mirror. */
  readonly stack: StackContent
  /** The list that is deployed. @throws AwsProblem or InvalidInput if it cannot be read */
  list(): Promise<List>
  /** The list with the images that it reads from elsewhere. @throws also InvalidInput if one of its places is broken */
  whole(): Promise<List>
  /** The stack of a region that forwards pushes; undefined if there is none. */
  pushStack(region: string): Promise<StackContent | undefined>
  /** For clients in a region. */
  config(region?: string): ClientConfig
}

/** Looks at one thing. Errors about access become "not checked". */
export interface Check {
  readonly name: string
  run(context: Context): Promise<readonly Finding[]>
}

/** `aws` commands as the user can type them, with the region and profile of the mirror. */
export function awsCommand({ deployed: { mirror } }: Context, words: string, region = mirror.region): string {
  return `aws ${words} --region ${region}${profileFlag(mirror)}`
}

/** `cdk` commands as the user can type them, with the profile of the mirror. */
export function cdkCommand({ deployed: { mirror } }: Context, words: string): string {
  return `npx cdk ${words}${profileFlag(mirror)}`
}

/** Deploys all stacks of the mirror. */
export function deployCommand(context: Context): string {
  const { stack } = context.deployed.mirror
  const prefix = `${STACK_NAME}-`
  const name = stack.startsWith(prefix) ? ` -c name=${stack.slice(prefix.length)}` : ''
  return cdkCommand(context, `deploy --all${name}`)
}

function profileFlag({ place: { profile } }: Mirror): string {
  return profile === undefined ? '' : ` --profile ${quoteForShell(profile)}`
}

/** Uses a client and closes it. */
export async function using<Client extends { destroy(): void }, T>(
  client: Client,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}
