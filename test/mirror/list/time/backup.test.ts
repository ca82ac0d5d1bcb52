// The names of backups.
import { expect, test } from 'vitest'
import { backupName, backupOf, checkBackup } from '../../../../mirror/list/time/backup.ts'

const NOW = new Date('2026-11-30T23:59:00Z')

test('puts the date and the tag in, and a number from the second attempt on', () => {
  expect([1, 2, 3].map((attempt) => backupName('before-{date}-{tag}', '7.4', NOW, attempt))).toEqual([
    'before-2026-11-30-7.4',
    'before-2026-11-30-7.4-2',
    'before-2026-11-30-7.4-3',
  ])
})

test('reads both forms', () => {
  expect(backupOf('before-{date}-{tag}')).toEqual({ name: 'before-{date}-{tag}' })
  expect(backupOf({ name: '{date}-{tag}', keep: 5 })).toEqual({ name: '{date}-{tag}', keep: 5 })
})

test.each([
  ['before-{tag}', 'has no {date}'],
  ['before-{date}', 'has no {tag}'],
  ['-{date}-{tag}', 'which is no tag'],
  ['before {date} {tag}', 'which is no tag'],
  ['{date}/{tag}', 'which is no tag'],
  [`{date}{tag}${'x'.repeat(120)}`, 'which is no tag'],
])('refuses %s', (name, message) => {
  expect(checkBackup(name, ['images', 0, 'backup'])).toMatchObject([
    { text: expect.stringMatching(new RegExp(`^images\\[0\\]\\.backup: .*${message}`)) },
  ])
  expect(checkBackup({ name }, ['defaults', 'backup'])[0]?.path).toEqual(['defaults', 'backup', 'name'])
})

test('refuses a name that is too long for a tag of the entry', () => {
  const tag = 'v'.repeat(120)
  expect(checkBackup('before-{date}-{tag}', ['backup'], ['7.4', tag])).toMatchObject([
    { text: expect.stringContaining('is too long for the tag') },
  ])
  expect(checkBackup('before-{date}-{tag}', ['backup'], ['7.4', '/^v/'])).toEqual([])
})
