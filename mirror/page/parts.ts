/** Parts that all pages use: facts, ages, commands, search and filters. */

import { countText } from '../units.ts'
import { type Html, html, NOTHING } from './html.ts'
import { timeText } from './times.ts'

/** A filter: its name in the markup, its label, and the number of its entries. */
export type Choice = readonly [name: string, word: string, count: number]

/** Search and filters. Hidden until the script runs, because they do nothing without it. */
export function controls(choices: readonly Choice[]): Html {
  const boxes = choices.map(
    ([name, word]) =>
      html`<label class="chip"><input type="checkbox" value="${name}"><span class="${name}">${word}</span></label>`,
  )
  return html`<form id="controls" role="search" hidden><label for="search">Search <kbd>/</kbd></label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="image, tag, digest or error"><fieldset><legend>Show only</legend>${boxes}</fieldset><output id="found"></output></form>
`
}

/** The shares of the outcomes as a bar, and in words. */
export function tally(choices: readonly Choice[]): Html {
  const total = choices.reduce((sum, [, , count]) => sum + count, 0)
  if (total === 0) return NOTHING
  let x = 0
  const bars = choices.map(([name, , count]) => {
    // What is rare remains visible.
    const width = Math.max((count / total) * 1_000, 4)
    const bar = html`<rect class="${name}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="8"/>`
    x += width
    return bar
  })
  return html`<svg class="share" viewBox="0 0 ${Math.ceil(x)} 8" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<p class="tally">${choices.map(([name, word, count]) => html`<span class="${name}">${word} <b>${countText(count)}</b></span> `)}</p>
`
}

/** Facts with their names. Those without a value are left out. */
export function facts(entries: readonly (readonly [name: string, value: Html | string | undefined])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => (value === undefined ? NOTHING : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
`
}

/** A time. The script adds its age. */
export function ago(time: string): Html {
  return html`<time class="ago" datetime="${time}">${timeText(time)}</time>`
}

/** A command with a button that copies it. Without scripts, the button stays hidden. */
export function copyable(command: string, label: string): Html {
  return html`<div class="command"><pre tabindex="0" role="group" aria-label="${label}: command"><code>${command}</code></pre><button type="button" class="copy" hidden aria-label="${label}: copy the command">Copy</button></div>`
}
