// What stands out in the tables that set the designs side by side.
import { expect, test } from 'vitest'
import { DESIGNS } from '../../estimate/designs.ts'
import { designsTable, pairsTable } from './design-tables.ts'
import { compared } from './scale-page.ts'

const rowOf = (table: string, name: string) => table.split('\n').find((line) => line.startsWith(`| ${name}`))

test('a job that takes longer than it may is in bold, and no other', () => {
  expect(rowOf(designsTable('large', compared([1_000, 10])), 'AWS Batch')).toContain('| **2.1 h of 1.0 h** |')
  expect(designsTable('small', compared([10, 2]))).not.toContain('**')
})

test('a design that cannot do a list has no figures for it', () => {
  const row = '| ECR replication | cannot: 29 destinations, of 25 | - | - | - | - | - | - | - |'
  expect(rowOf(designsTable('large', compared([10_000, 30])), 'ECR replication')).toBe(row)
  expect(rowOf(pairsTable({ large: compared([10_000, 30]) }), 'ECR replication')).toBe(
    '| ECR replication | - |',
  )
})

test('every design has a row in each table', () => {
  expect(designsTable('small', compared([10, 2])).split('\n')).toHaveLength(2 + DESIGNS.length)
  expect(pairsTable({ small: compared([10, 2]) }).split('\n')).toHaveLength(2 + DESIGNS.length)
})
