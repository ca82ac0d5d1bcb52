// Draws the definition into docs/workflow.md, for `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definition } from './definition.ts'
import { diagramOf } from './diagram.ts'

export const PAGE = join(import.meta.dirname, '../../docs/workflow.md')

const GRAPH = /(?<=```mermaid\n)[^`]*(?=```)/

/** Returns the page with the graph of the current definition. */
export function redrawn(page: string): string {
  if (!GRAPH.test(page)) throw new Error('docs/workflow.md has no mermaid block for the graph')
  return page.replace(GRAPH, `${diagramOf(definition()).join('\n')}\n`)
}

if (import.meta.main) writeFileSync(PAGE, redrawn(readFileSync(PAGE, 'utf8')))
