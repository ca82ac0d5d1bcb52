// Lists and image items for the tests of the domain.

import type { ImageItem } from '../../mirror/contract.ts'
import { type List, listSchema } from '../../mirror/list/config.ts'
import { planItems } from '../../mirror/plan/plan.ts'

/** A list, with what the schema fills in. */
export function listOf(list: Omit<List, 'repositories'> & Partial<Pick<List, 'repositories'>>): List {
  return listSchema.parse(list)
}

/** The items of a list, as Plan makes them. */
export function itemsOf(list: Parameters<typeof listOf>[0]): ImageItem[] {
  return planItems({ list: listOf(list), file: 'test' })
}
