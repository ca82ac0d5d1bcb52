// A client of SQS that calls the endpoint of the region, whatever host is in the URL of a queue.
import { SQSClient } from '@aws-sdk/client-sqs'

export function queueClient(region: string): SQSClient {
  return new SQSClient({ region, useQueueUrlAsEndpoint: false })
}
