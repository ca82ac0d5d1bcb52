// Lists and image items for tests.

import type { ImageItem } from '../../mirror/contract.ts'
import { type List, listSchema } from '../../mirror/list/config.ts'
import { planItems } from '../../mirror/plan/plan.ts'

/** A list with the schema's defaults. */
export function listOf(
  list: Omit<List, 'repositories' | 'regions'> & Partial<Pick<List, 'repositories' | 'regions'>>,
): List {
  return listSchema.parse(list)
}

/** The items that Plan makes from a list. */
export function itemsOf(list: Parameters<typeof listOf>[0]): ImageItem[] {
  return planItems({ list: listOf(list), file: 'test' })
}
