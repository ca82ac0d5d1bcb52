/** Says what to do if Amazon ECR of another account denies a request, whose message names no policy to change. */

/** Longer text is cut, which bounds the cost of matching. */
const MAX_TEXT = 2_000
const CALLER = /\barn:aws[a-z-]{0,20}:(?:sts|iam)::(\d{12}):/
const RESOURCE = /\barn:aws[a-z-]{0,20}:ecr:[a-z0-9-]{0,30}:(\d{12}):/
const ACTION = /\becr:([A-Za-z]{1,40})\b/
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html */
const OF_VERSION_1 = ['CreateRepository', 'ReplicateImage', 'BatchImportUpstreamImage']
const TO_VERSION_2 = 'aws ecr put-account-setting --name REGISTRY_POLICY_SCOPE --value V2'

/**
 * @param text - AWS's message: `User: arn:… is not authorized to perform: ecr:TagResource on resource: arn:…`
 * @returns undefined unless the caller and the resource are of different accounts
 */
export function adviceAcrossAccounts(text: string): string | undefined {
  const message = text.slice(0, MAX_TEXT)
  const [, caller] = CALLER.exec(message) ?? []
  const [, owner] = RESOURCE.exec(message) ?? []
  if (caller === undefined || owner === undefined || caller === owner) return undefined
  if (message.includes('no identity-based policy'))
    return `the account ${caller} must allow its own role to do this: deploy the list that names the repository`
  const [, action = ''] = ACTION.exec(message) ?? []
  const opens = `the account ${owner} must let the account ${caller} in, by its registry policy or a policy of the repository (of a target, "image-mirror target-account" prints it)`
  if (OF_VERSION_1.includes(action)) return opens
  return `${opens}; a registry policy of version 1 does not apply to this action: there, run "${TO_VERSION_2}"`
}
