/** One HTML file that needs no network and works without scripts: the frame of all pages. */
import { type Html, html, NOTHING, ours } from './html.ts'
import { LIVE_SCRIPT } from './live-script.ts'
import { policyOf } from './policy.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** How bad it is: decides the colour and the symbol of the verdict. */
export type Tone = 'failed' | 'deferred' | 'inSync' | 'none'

export interface Section {
  readonly id: string
  /** Its name among the links at the top. */
  readonly name: string
  readonly content: Html
}

export interface Page {
  /** `report`, `status` */
  readonly kind: string
  readonly title: string
  readonly tone: Tone
  readonly verdict: string
  /** Below the verdict. */
  readonly header: Html
  /** Search and filters. */
  readonly controls: Html
  /** Empty sections are left out. */
  readonly sections: readonly Section[]
  /** What is in progress, on a page that reloads what it shows from its own address. @default - the page is final */
  readonly live?: Html
}

export function documentOf(page: Page): string {
  const { kind, title, tone, verdict, header, controls, live } = page
  const script = live === undefined ? SCRIPT : SCRIPT + LIVE_SCRIPT
  const sections = page.sections.filter(({ content }) => content.markup !== '')
  const progress =
    live === undefined
      ? NOTHING
      : html`<div id="progress" role="status">${live}</div><p id="offline" class="cut" role="alert" hidden></p>
`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${ours(policyOf(STYLE, script, live !== undefined))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${ours(STYLE)}</style>
</head>
<body>
<header>
<div class="top"><p class="product"><b>image-mirror</b> ${kind}</p>${linksTo(sections)}</div>
<div id="head" class="verdict ${tone}"><h1>${verdict}</h1>
${header}</div>
${progress}</header>
<main>
${controls}<div id="state">${sections.map(({ content }) => content)}</div>
</main>
<script>${ours(script)}</script>
</body>
</html>
`.markup
}

/** Long lists of failures would otherwise hide what follows them. */
function linksTo(sections: readonly Section[]): Html {
  if (sections.length < 2) return NOTHING
  return html`<nav aria-label="Sections"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`
}
