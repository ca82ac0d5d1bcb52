// Tables that compare designs.
import { expect, test } from 'vitest'
import { DESIGNS } from '../../estimate/designs.ts'
import { designsTable, pairsTable } from './design-tables.ts'
import { compared } from './scale-page.ts'

const rowOf = (table: string, name: string) => table.split('\n').find((line) => line.startsWith(`| ${name}`))

test('prints only times beyond their limit in bold', () => {
  expect(rowOf(designsTable('large', compared([1_000, 10])), 'AWS Batch')).toContain('| **2.1 h of 1.0 h** |')
  expect(designsTable('small', compared([10, 2]))).not.toContain('**')
})

test('has no figures for a design that cannot handle the list', () => {
  const row =
    '| ECR replication | not possible: 29 destinations, the limit is 25 | - | - | - | - | - | - | - |'
  expect(rowOf(designsTable('large', compared([10_000, 30])), 'ECR replication')).toBe(row)
  expect(rowOf(pairsTable({ large: compared([10_000, 30]) }), 'ECR replication')).toBe(
    '| ECR replication | - |',
  )
})

test('has a row for each design in each table', () => {
  expect(designsTable('small', compared([10, 2])).split('\n')).toHaveLength(2 + DESIGNS.length)
  expect(pairsTable({ small: compared([10, 2]) }).split('\n')).toHaveLength(2 + DESIGNS.length)
})
