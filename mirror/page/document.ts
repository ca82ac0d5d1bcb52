/** One HTML file that needs no network and works without scripts: the frame of all pages. */
import { type Html, html, NOTHING, ours } from './html.ts'
import { policyOf } from './policy.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { timeText } from './times.ts'
import { countText } from './units.ts'

export interface Page {
  readonly title: string
  readonly header: Html
  readonly main: readonly Html[]
  /** Whether the page reloads what it shows from its own address. @default false */
  readonly live?: boolean
}

export function documentOf({ title, header, main, live = false }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${ours(policyOf(STYLE, SCRIPT, live))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${ours(STYLE)}</style>
</head>
<body${ours(live ? ' data-live' : '')}>
<header id="head">
${header}</header>
<main>
${main}</main>
<script>${ours(SCRIPT)}</script>
</body>
</html>
`.markup
}

/** A filter: its name in the markup, its label, and the number of its entries. */
export type Choice = readonly [name: string, word: string, count: number]

/** Search and filters. Hidden until the script runs, because they do nothing without it. */
export function controls(choices: readonly Choice[]): Html {
  if (choices.length === 0) return NOTHING
  const boxes = choices.map(
    ([name, word, count]) =>
      html`<label><input type="checkbox" value="${name}"><span class="${name}">${word} ${countText(count)}</span></label>`,
  )
  return html`<form id="controls" role="search" hidden><label for="search">Search <kbd>/</kbd></label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="image, tag, digest or error"><fieldset><legend>Show only</legend>${boxes}</fieldset><output id="found"></output></form>
<p class="tally">${choices.map(([name, word, count]) => html`<span class="${name}">${word} <b>${countText(count)}</b></span> `)}</p>
`
}

/** A time. The script adds its age. */
export function ago(time: string): Html {
  return html`<time class="ago" datetime="${time}">${timeText(time)}</time>`
}

/** A command with a button that copies it. Without scripts, the button stays hidden. */
export function copyable(command: string, label: string): Html {
  return html`<div class="command"><pre tabindex="0" aria-label="${label}: command"><code>${command}</code></pre><button type="button" class="copy" hidden aria-label="${label}: copy the command">Copy</button></div>`
}
