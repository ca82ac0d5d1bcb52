/** The attributes of an alert that subscribers can filter on, bounded. */
import type { Run } from '../../contract.ts'
import type { Item, News } from '../../status/news.ts'
import type { Attributes } from './message.ts'

/**
 * Attributes count towards the 256 KiB of a message.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
const MAX_VALUES = 100
const MAX_CHARACTERS = 8 * 1024

interface About {
  readonly run: Run
  readonly news: News
  readonly counts: { readonly failed: number }
}

export function attributesOf(kind: Attributes['kind'], { run, news, counts }: About): Attributes {
  const items: readonly Item[] = [...news.failed, ...news.persisting, ...news.recovered]
  return {
    kind,
    outcome: counts.failed > 0 ? 'failed' : 'succeeded',
    images: listOf(items.map(({ image }) => image)),
    targets: listOf(items.map(({ target }) => target)),
    schedule: run.schedule ?? 'none',
  }
}

/** As many distinct values as fit, as a JSON array. */
function listOf(values: readonly string[]): string {
  const kept: string[] = []
  let left = MAX_CHARACTERS
  for (const value of new Set(values)) {
    left -= value.length + 3
    if (left < 0 || kept.length >= MAX_VALUES) break
    kept.push(value)
  }
  return JSON.stringify(kept)
}
