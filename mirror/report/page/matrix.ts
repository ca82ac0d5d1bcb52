/** The page's table of images and targets: outcome of each pair, digests, and the tags that moved. */
import { breakable, type Html, html, NOTHING } from '../../page/html.ts'
import { matrixTable } from '../../page/matrix-table.ts'
import { OUTCOMES, type Shown, type ShownPair, wordOf } from '../../page/outcome-words.ts'
import { ago } from '../../page/parts.ts'
import { type History, NO_HISTORY } from '../../status/history.ts'
import { bytesText, countText, durationText, plural, shortDigest } from '../../units.ts'

export interface Matrix {
  /** The pairs of one image. @param entries - pair -> id of its entry among the failures */
  add(pairs: readonly ShownPair[], entries: ReadonlyMap<ShownPair, string>): void
  section(): Html
}

interface Row {
  readonly head: Html
  readonly outcomes: readonly Shown[]
  /** Target -> cell. */
  readonly cells: ReadonlyMap<string, Html>
}

/** A browser shows a table of this size within a second; it fits 1,000 images in 10 targets twice. */
const MAX_CELLS = 20_000
const MAX_CHARACTERS = 4 * 1024 * 1024
/** More columns than a person can compare. */
const MAX_TARGETS = 60
/** Tags of an image that are listed. */
const MAX_TAGS = 30

export function startMatrix(history: History = NO_HISTORY): Matrix {
  // Images with a problem have room of their own, so that those in sync cannot displace them.
  const [bad, good] = [startRows(MAX_CELLS / 2, MAX_CHARACTERS / 2), startRows(MAX_CELLS, MAX_CHARACTERS)]
  const targets = new Set<string>()
  let images = 0
  let foreign = 0
  return {
    add(pairs, entries) {
      if (pairs.length === 0) return
      images += 1
      for (const { target } of pairs) if (targets.size < MAX_TARGETS) targets.add(target)
      const shown = pairs.filter(({ target }) => targets.has(target))
      foreign += pairs.length - shown.length
      const rows = pairs.some(({ outcome }) => rank(outcome) < rank('missing')) ? bad : good
      rows.add(pairs.length, () => rowOf(pairs, shown, { entries, history }))
    },
    section() {
      if (images === 0)
        return html`<section aria-labelledby="images"><h2 id="images">Images</h2><p>The run had no images.</p></section>`
      const rows = [...bad.rows, ...good.rows]
      const columns = [...targets]
      const cuts = [
        ...(rows.length < images
          ? [`Shows ${countText(rows.length)} of ${plural(images, 'image')}, those with problems first.`]
          : []),
        ...(foreign > 0
          ? [`Leaves out ${plural(foreign, 'pair')} of targets after the first ${MAX_TARGETS}.`]
          : []),
      ]
      const cut =
        cuts.length === 0
          ? NOTHING
          : html`<p class="cut">${cuts.join(' ')} <a href="#everything">report.json</a> has everything.</p>`
      const table = matrixTable({
        label: 'Outcome of each pair',
        columns,
        rows: rows.map((row) => rowHtml(row, columns)),
      })
      return html`<section aria-labelledby="images"><h2 id="images">Images</h2>${cut}${table}</section>
`
    },
  }
}

function startRows(maxCells: number, maxCharacters: number) {
  const rows: Row[] = []
  let cells = maxCells
  let characters = maxCharacters
  return {
    rows,
    add(width: number, make: () => Row): void {
      if (cells < width || characters <= 0) return
      const row = make()
      cells -= width
      characters -= row.head.markup.length
      for (const cell of row.cells.values()) characters -= cell.markup.length
      rows.push(row)
    },
  }
}

interface Known {
  readonly entries: ReadonlyMap<ShownPair, string>
  readonly history: History
}

function rowOf(pairs: readonly ShownPair[], shown: readonly ShownPair[], { entries, history }: Known): Row {
  return {
    head: headOf(pairs),
    outcomes: [...new Set(pairs.map(({ outcome }) => outcome))],
    cells: new Map(
      shown.map((pair) => [pair.target, cellOf(pair, entries.get(pair), history(pair)?.verified)]),
    ),
  }
}

function rowHtml({ head, outcomes, cells }: Row, columns: readonly string[]): Html {
  const row = columns.map((target) => cells.get(target) ?? html`<td class="none">not in this run</td>`)
  return html`<tr data-o="${outcomes.join(' ')}"><th scope="row">${head}</th>${row}</tr>
`
}

/** @param verified - when an earlier run last found it in sync */
function cellOf(
  { outcome, bytes, seconds, warnings = [] }: ShownPair,
  entry: string | undefined,
  verified: string | undefined,
): Html {
  const word = wordOf(outcome)
  const what = entry === undefined ? html`${word}` : html`<a href="#${entry}">${word}</a>`
  const work =
    bytes > 0 || seconds >= 0.1 ? html`<small>${bytesText(bytes)}, ${durationText(seconds)}</small>` : NOTHING
  const warned =
    warnings.length === 0
      ? NOTHING
      : html`<small class="warned">${plural(warnings.length, 'warning')}</small>`
  const isOld = outcome !== 'inSync' && outcome !== 'synced' && verified !== undefined
  const age = isOld ? html`<small>last good ${ago(verified)}</small>` : NOTHING
  return html`<td class="${outcome}">${what}${work}${warned}${age}</td>`
}

/** The image with its digests, those that moved first. */
function headOf(pairs: readonly ShownPair[]): Html {
  const [first] = pairs
  if (first === undefined) return NOTHING
  const tags = tagsOf(pairs)
  const moved = tags.filter(({ was }) => was !== undefined).length
  const label = labelOf(tags, moved)
  const [only] = tags.length === 1 ? tags : []
  const short = only === undefined ? NOTHING : html` ${shortOf(only)}`
  const items = tags
    .sort((a, b) => Number(b.was !== undefined) - Number(a.was !== undefined))
    .slice(0, MAX_TAGS)
    .map(tagItem)
  const more =
    tags.length > MAX_TAGS ? html`<li>and ${plural(tags.length - MAX_TAGS, 'more tag')}</li>` : NOTHING
  const list =
    tags.length === 0
      ? NOTHING
      : html`<details><summary>${label}${short}</summary><ul>${items}${more}</ul></details>`
  return html`<span class="image">${breakable(first.image)}</span>${list}${said(pairs, 'warning')}${said(pairs, 'note')}`
}

/** `1 tag`, `1 tag moved`, `3 tags, 2 moved`, `2 digests` */
function labelOf(tags: readonly ShownTag[], moved: number): string {
  const all = plural(tags.length, tags.every(({ tag }) => tag === undefined) ? 'digest' : 'tag')
  if (moved === 0) return all
  return tags.length === 1 ? `${all} moved` : `${all}, ${countText(moved)} moved`
}

/** The digest of the only tag, as much of it as people compare. */
function shortOf({ digest, was }: ShownTag): Html {
  const old = was === undefined ? NOTHING : html`<code>${shortDigest(was)}</code> → `
  return html`${old}<code>${shortDigest(digest)}</code>`
}

interface ShownTag {
  readonly tag?: string | undefined
  readonly digest: string
  /** The digest that the tag had at these targets before. */
  readonly was?: string | undefined
  readonly targets: readonly string[]
}

/** The distinct tags and digests of all targets. */
function tagsOf(pairs: readonly ShownPair[]): ShownTag[] {
  const found = pairs.flatMap(({ tags, target }) =>
    tags.map((tag) => ({ tag: tag.tag, digest: tag.digest, was: tag.was, target })),
  )
  return [...Map.groupBy(found, ({ tag, digest, was }) => `${tag} ${digest} ${was}`).values()].flatMap(
    (same) => {
      const [first] = same
      if (first === undefined) return []
      const targets = same.map(({ target }) => target)
      return [{ ...first, targets: targets.length === pairs.length ? [] : targets }]
    },
  )
}

function tagItem({ tag, digest, was, targets }: ShownTag): Html {
  const name = tag === undefined ? NOTHING : html`<b>${tag}</b> `
  const old = was === undefined ? NOTHING : html`<code>${was}</code> <span class="to">→</span> `
  return html`<li>${name}${old}<code>${digest}</code>${targets.length === 0 ? NOTHING : html` <small>${targets.join(', ')}</small>`}</li>`
}

const MAX_REMARKS = 10

/** The distinct warnings or notes of all targets. */
function said(pairs: readonly ShownPair[], kind: 'warning' | 'note'): Html {
  const texts = [...new Set(pairs.flatMap((pair) => pair[`${kind}s`] ?? []))]
  if (texts.length === 0) return NOTHING
  const items = texts.slice(0, MAX_REMARKS).map((text) => html`<li>${breakable(text)}</li>`)
  const more =
    texts.length > MAX_REMARKS ? html`<li>and ${countText(texts.length - MAX_REMARKS)} more</li>` : NOTHING
  const style = kind === 'warning' ? html` class="warned"` : NOTHING
  return html`<details${style}><summary>${plural(texts.length, kind)}</summary><ul>${items}${more}</ul></details>`
}

function rank(outcome: Shown): number {
  return OUTCOMES.indexOf(outcome)
}
