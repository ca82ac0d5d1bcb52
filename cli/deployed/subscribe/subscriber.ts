/** Reads the address of a subscriber, whose form determines its protocol. */
import { UsageError } from '../../program/usage-error.ts'

export interface Subscriber {
  readonly protocol: 'email' | 'https' | 'sqs' | 'lambda'
  readonly endpoint: string
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const FORMS: readonly (readonly [Subscriber['protocol'], RegExp])[] = [
  ['https', /^https:\/\/[^\s/@]+(?:\/\S*)?$/],
  ['sqs', /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/],
  ['lambda', /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:$-]+$/],
  ['email', /^[^\s@:/]+@[^\s@:/]+\.[^\s@:/.]+$/],
]

/** @throws UsageError */
export function subscriberOf(text: string): Subscriber {
  const endpoint = text.replace(/^mailto:/, '').slice(0, 2048)
  const [protocol] = FORMS.find(([, form]) => form.test(endpoint)) ?? []
  if (protocol !== undefined) return { protocol, endpoint }
  throw new UsageError(
    `"${text.slice(0, 200)}" is not a mail address, an https:// URL, or the ARN of an SQS queue or a Lambda function`,
  )
}
