import { expect, test } from 'vitest'
import {
  findDocument,
  readReport,
  runDocument,
  runDocumentSchema,
  withLogFiles,
} from '../../local/run-document.ts'
import type { Report } from '../../mirror/documents.ts'
import { pageKey, reportKey } from '../../mirror/keys.ts'
import { documentsInMemory } from './machines.ts'

const report: Report = {
  run: 'local-1',
  counts: { images: 1, pairs: 1, inSync: 1, synced: 0, deferred: 0, failed: 0 },
  pairs: [
    {
      image: 'redis:7.4',
      target: 'us-east-1',
      region: 'us-east-1',
      repository: 'redis',
      outcome: 'inSync',
      tags: [],
      bytes: 0,
      seconds: 0,
    },
  ],
}
const regions = { 'us-east-1': '127.0.0.1:5001' }

test('names the log files of this machine in place of pages of the console', () => {
  const id = '7a7ac8d1-8ca6-4580-97c2-f77f82cab92d'
  const link = (build: string) =>
    `https://us-east-1.console.aws.amazon.com/codesuite/codebuild/1/projects/P/build/P%3A${build}/log?region=us-east-1`
  const [good] = report.pairs
  if (good === undefined) throw new Error('the report has no pair')
  const failed = (log: string) => ({ ...good, error: { name: 'AccessDenied', message: 'no', log } })
  const pairs = [good, failed(link(id)), failed(link('0')), failed('odd')]
  const document = runDocument('local-1', regions, { ...report, pairs }, undefined)
  const named = withLogFiles(document, (build) => (build === id ? '/state/logs/a b.log' : undefined))
  expect(named.pairs.map(({ error }) => error?.log)).toEqual([
    undefined,
    'file:///state/logs/a%20b.log',
    link('0'),
    'odd',
  ])
})

test('contains the report, the addresses of the regions, and the alert if any', () => {
  const alert = { subject: 's', message: 'm' }
  const sent = { ...alert, attributes: { kind: 'failed' } }
  expect(runDocument('local-1', regions, report, sent)).toEqual({ ...report, regions, alert })
  expect(runDocument('local-1', regions, report, undefined)).not.toHaveProperty('alert')
})

test('has no pairs without a report', () => {
  const document = runDocument('local-1', regions, undefined, undefined)
  expect(runDocumentSchema.parse(document)).toMatchObject({ counts: { pairs: 0 }, pairs: [] })
})

test('reads the report from the work bucket', async () => {
  const documents = documentsInMemory({
    [`work/${reportKey('local-1')}`]: JSON.parse(JSON.stringify(report)),
  })
  expect(await readReport(documents, 'work', 'local-1')).toEqual(report)
})

test('reads the page from the work bucket', async () => {
  const documents = {
    get: async (bucket: string, key: string) => `${bucket} ${key}`,
    put: async () => {},
  }
  expect(await findDocument(documents, 'work', pageKey('local-1'))).toBe(`work ${pageKey('local-1')}`)
})

test('returns undefined for a missing report, and throws other errors', async () => {
  const failing = (name: string) => ({
    get: () => Promise.reject(Object.assign(new Error('x'), { name })),
    put: async () => {},
  })
  expect(await readReport(failing('NoSuchKey'), 'work', 'local-1')).toBeUndefined()
  expect(await findDocument(failing('NoSuchKey'), 'work', pageKey('local-1'))).toBeUndefined()
  await expect(readReport(failing('AccessDenied'), 'work', 'local-1')).rejects.toThrow('x')
})
