/**
 * The alert as a custom notification of Amazon Q Developer in chat applications, which drops any other shape silently.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
import * as z from 'zod'
import type { Run } from '../../contract.ts'

export const chatSchema = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string(),
  content: z.strictObject({
    textType: z.literal('client-markdown'),
    title: z.string().max(250),
    description: z.string().max(8_000),
    nextSteps: z.array(z.string().max(350)),
    keywords: z.array(z.string().max(75)),
  }),
  metadata: z.strictObject({
    /** Messages of one mirror are shown as one thread. */
    threadId: z.string(),
    summary: z.string().max(250),
    eventType: z.string(),
    relatedResources: z.array(z.string()),
    additionalContext: z.record(z.string(), z.string()),
    enableCustomActions: z.literal(true),
  }),
})
export type Chat = z.infer<typeof chatSchema>

const MAX_DESCRIPTION = 8_000
const MAX_STEP = 350
const MAX_KEYWORD = 75

interface About {
  readonly run: Pick<Run, 'name'>
  readonly execution: string
  readonly stateMachine: string
  readonly mirror: string
}

interface Written {
  readonly kind: string
  readonly subject: string
  readonly sections: readonly (readonly string[])[]
  /** What to run next. */
  readonly commands: readonly string[]
}

export function chatOf(context: About, { kind, subject, sections, commands }: Written): string {
  const { run, execution, stateMachine, mirror } = context
  const [, , , region = '', account = ''] = stateMachine.split(':')
  const chat: Chat = {
    version: '1.0',
    source: 'custom',
    id: run.name,
    content: {
      textType: 'client-markdown',
      title: plain(subject),
      description: descriptionOf(sections),
      // A command that is cut would do something else.
      nextSteps: commands.filter((step) => step.length <= MAX_STEP),
      keywords: ['image-mirror', kind, mirror.slice(0, MAX_KEYWORD)],
    },
    metadata: {
      threadId: stateMachine,
      summary: plain(subject),
      eventType: kind,
      relatedResources: [stateMachine, execution],
      additionalContext: { account, region, run: run.name },
      enableCustomActions: true,
    },
  }
  return JSON.stringify(chat)
}

/** Cut at the end of a line. The links come first, because they lead to the rest. */
function descriptionOf(sections: readonly (readonly string[])[]): string {
  const [head = [], ...others] = sections
  const links = others.filter(([title]) => title === 'LOOK')
  const rest = others.filter(([title]) => title !== 'LOOK')
  const text = [head, ...links, ...rest].map((lines) => lines.map(plain).join('\n')).join('\n\n')
  if (text.length <= MAX_DESCRIPTION) return text
  const end = '\n(cut; see the report)'
  const kept = text.slice(0, MAX_DESCRIPTION - end.length)
  return `${kept.slice(0, kept.lastIndexOf('\n'))}${end}`
}

/** Slack reads `<!channel>` and `<url|text>` in foreign text; these characters mean nothing to it. */
function plain(text: string): string {
  return text.replaceAll('<', '\u2039').replaceAll('>', '\u203a').replaceAll('`', "'")
}
