// The list of regions matches that of the CDK.
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { expect, test } from 'vitest'
import { REGIONS } from '../../../mirror/list/regions.ts'

/** Partitions without public accounts. */
const ISOLATED = /^(us-iso|eu-isoe|us-isob|us-isof)/

test('every public region that the CDK knows can be named in a list', () => {
  const known = RegionInfo.regions.map(({ name }) => name).filter((name) => !ISOLATED.test(name))
  expect(known.filter((name) => !(REGIONS as readonly string[]).includes(name))).toEqual([])
})

test('the regions are sorted and each is there once', () => {
  expect(REGIONS).toEqual([...new Set(REGIONS)].sort())
})
