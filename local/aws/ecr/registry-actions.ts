/**
 * Maps requests of the registry protocol to the IAM actions that they need.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
import type { IncomingMessage } from 'node:http'
import { parseTarget } from '../registry/route.ts'

export interface RegistryAction {
  /** Undefined if IAM has no action for the request. */
  readonly action: string | undefined
  readonly repository: string | undefined
}

/** Returns at least one action. */
export function actionsOf({ method = 'GET', url = '', headers }: IncomingMessage): RegistryAction[] {
  const target = parseTarget(url)
  const repository = target && 'repository' in target.route ? target.route.repository : undefined
  const actions = (...names: string[]) => names.map((action) => ({ action, repository }))
  const verb = method === 'HEAD' ? 'GET' : method
  switch (`${verb} ${target?.route.kind}`) {
    case 'GET manifest':
      return actions('BatchGetImage')
    case 'PUT manifest':
      return actions('PutImage')
    case 'DELETE manifest':
      return actions('BatchDeleteImage')
    case 'GET blob':
      return actions(method === 'HEAD' ? 'BatchCheckLayerAvailability' : 'GetDownloadUrlForLayer')
    case 'POST uploads': {
      const from = target?.query.get('from')
      const mounted = from ? [{ action: 'GetDownloadUrlForLayer', repository: from }] : []
      return [...actions('InitiateLayerUpload'), ...mounted]
    }
    case 'PATCH upload':
      return actions('UploadLayerPart')
    case 'PUT upload': {
      const isEmpty =
        headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
      return isEmpty ? actions('CompleteLayerUpload') : actions('UploadLayerPart', 'CompleteLayerUpload')
    }
    case 'GET tags':
      return actions('ListImages')
    case 'GET referrers':
      // The API itself uses a separate action:
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
      return actions('BatchGetImage')
    case 'GET catalog':
      return actions('DescribeRepositories')
    default:
      return [{ action: undefined, repository }]
  }
}
