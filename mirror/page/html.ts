/**
 * Builds HTML from templates. Every inserted text is redacted and escaped, so that no caller can forget it: a report
 * shows what registries and services said, and is opened in a browser.
 */
import { redacted } from './redact.ts'

/** Markup that is safe to insert as it is. Only `html` and `ours` make it. */
export interface Html {
  readonly markup: string
}

type Part = string | number | Html | readonly Html[] | undefined

export const NOTHING: Html = { markup: '' }

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.reduce((before, text, index) => before + markupOf(parts[index - 1]) + text) }
}

/** Inserts the project's own text without changes: its style and its script. */
export function ours(markup: string): Html {
  return { markup }
}

function markupOf(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return escaped(redacted(part))
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Control characters are invalid in HTML, and format characters can reverse the direction of the text after them. */
const UNREADABLE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNREADABLE, '\u{fffd}')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Between two characters: one sign at a time keeps the expression linear. */
const JOINT = /[/:-](?=[^/:\s-])/g

/** A name or message whose long words break after `/`, `:` and `-` before they break anywhere else. */
export function breakable(text: string): Html {
  return { markup: escaped(redacted(text)).replace(JOINT, '$&<wbr>') }
}

/** A link if the address is one of the web, or of a file on this machine; otherwise the address as text. */
export function link(address: string, label: string): Html {
  return isOpenable(address)
    ? html`<a href="${address}" rel="noreferrer">${label}</a>`
    : html`<span>${label}: ${address}</span>`
}

/** Other schemes, such as `javascript:`, run code. */
function isOpenable(address: string): boolean {
  return /^(https?|file):\/\//i.test(address)
}
