// The alert for chats, in the schema of Amazon Q Developer, which drops anything else silently.
import { expect, test } from 'vitest'
import { chatSchema } from '../../../../mirror/report/alert/chat.ts'
import { pair } from '../reports.ts'
import { sentAlert } from './alerts.ts'

function chatOf(...args: Parameters<typeof sentAlert>) {
  return chatSchema.parse(JSON.parse(sentAlert(...args).chat))
}

test('has the schema of a custom notification, with links, steps and a thread', () => {
  const { content, metadata, ...rest } = chatOf([pair({})])
  expect(rest).toEqual({ version: '1.0', source: 'custom', id: 'run-1' })
  expect(content.title).toBe('Failed: 1 of 1 pair, library/redis:7.4 (ImageMirror)')
  expect(content.description).toContain('SourceNotFound: docker.io/library/redis has no tag "7.4"')
  expect(content.description.indexOf('Report: https://')).toBeLessThan(content.description.indexOf('FAILED'))
  expect(content.nextSteps).toEqual([expect.stringMatching(/^aws stepfunctions start-execution /)])
  expect(metadata.threadId).toBe('arn:aws:states:us-east-1:123456789012:stateMachine:mirror')
})

test('fits for any number of failed pairs', () => {
  const many = Array.from({ length: 2_000 }, (_, index) =>
    pair({ image: `quay.io/team/app${index}`, error: { name: 'X', message: 'é"\n'.repeat(300) } }),
  )
  const { description } = chatOf(many).content
  expect(description.length).toBeGreaterThan(7_000)
  expect(description).toMatch(/\n\(cut; see the report\)$/)
})

test('leaves out a command that does not fit, because a part of it would do something else', () => {
  expect(chatOf([pair({})], { only: `s3://work/${'x'.repeat(300)}` }).content.nextSteps).toEqual([])
})

test('mentions nobody, whatever a registry says', () => {
  const error = { name: 'X', message: '<!channel> <https://evil|click> `x`' }
  const { description } = chatOf([pair({ error })]).content
  expect(description).not.toMatch(/[<>`]/)
})
