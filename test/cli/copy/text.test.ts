import { expect, test } from 'vitest'
import type { CopyDocument, TargetReport } from '../../../cli/copy/schema.ts'
import { renderCopy } from '../../../cli/copy/text.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

function report(more: Partial<TargetReport> = {}): TargetReport {
  return {
    target: 'c.io/d:1',
    outcome: 'synced',
    bytes: 12_300_000,
    blobs: { copied: 3, mounted: 0, present: 0 },
    seconds: 2.04,
    tags: [tag('1')],
    warnings: [],
    ...more,
  }
}

function tag(name: string, status: TargetReport['tags'][number]['status'] = 'copied') {
  return { tag: name, digest: DIGEST, status, bytes: 0, seconds: 0 }
}

function render(targets: TargetReport[], more: Partial<CopyDocument> = {}): string[] {
  const requests = { requests: 9, countedPulls: 1, bytesIn: 12_400_000, bytesOut: 0, throttled: 0 }
  return renderCopy({ source: 'a.io/b:1', dryRun: false, seconds: 2.5, requests, targets, ...more })
}

test('prints the content and the transfer of a copied target', () => {
  expect(render([report({ blobs: { copied: 3, mounted: 1, present: 2 } })])).toEqual([
    `synced    c.io/d:1@${DIGEST}  12.3 MB in 3 blobs, 1 mounted, 2 already present, 2.0 s`,
    'read from a.io/b:1: 9 requests, 12.4 MB, 1 counted pull; 2.5 s in all',
  ])
})

test('prints a target that was up to date', () => {
  expect(render([report({ outcome: 'inSync' })])[0]).toBe(`in sync   c.io/d:1@${DIGEST}`)
})

test('counts several tags', () => {
  const target = 'c.io/d'
  const tags = [tag('1'), tag('2', 'present'), tag('3')]
  expect(render([report({ target, tags })])[0]).toMatch(
    /^synced {4}c\.io\/d {2}2 of 3 tags: 1, 3 {2}12\.3 MB/,
  )
  expect(render([report({ target, tags: [tag('1', 'present')], outcome: 'inSync' })])[0]).toContain(DIGEST)
})

test('prints the reason of a failed target, and the wait of a deferred one', () => {
  const error = { name: 'RateLimited', message: 'too many' }
  expect(render([report({ outcome: 'deferred', error, retryAfterSeconds: 90 })])[0]).toBe(
    'deferred  c.io/d:1: RateLimited: too many (retry in 1 min 30 s)',
  )
})

test('prints warnings below their target', () => {
  expect(render([report({ warnings: ['no signature'] })])[1]).toBe('          warning: no signature')
})

test('prints an error of the source once', () => {
  const error = { name: 'SourceNotFound', message: 'no such tag' }
  const failed = report({ outcome: 'failed', error })
  expect(render([failed, failed], { error })).toEqual(['failed    a.io/b:1: SourceNotFound: no such tag'])
})
