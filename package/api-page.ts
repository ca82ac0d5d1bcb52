/** Generates the API reference, docs/api.md, from the type declarations of the package: `node package/api-page.ts`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ClassDeclaration,
  type ExportedDeclarations,
  type InterfaceDeclaration,
  type JSDocableNode,
  Node,
  Project,
  type TypeAliasDeclaration,
} from 'ts-morph'
import { PROJECT_ROOT } from '../infra/bundle.ts'
import { writeDeclarations } from './declarations.ts'

const HEAD = `# API reference

The exports of the package \`image-mirror\`. \`npm run docs\` generates this page from the source.
`

export const API_PAGE = join(PROJECT_ROOT, 'docs', 'api.md')

/** Generates the page from the current source. */
export function currentApiPage(): string {
  const types = mkdtempSync(join(tmpdir(), 'image-mirror-api-'))
  try {
    writeDeclarations(types)
    return apiPage(types)
  } finally {
    rmSync(types, { recursive: true })
  }
}

interface Member {
  readonly name: string
  readonly type: string
  readonly text: string
  readonly fallback: string
}

/** @param types - the folder of the declarations */
function apiPage(types: string): string {
  const project = new Project({ compilerOptions: { skipLibCheck: true }, skipAddingFilesFromTsConfig: true })
  const entry = project.addSourceFileAtPath(join(types, 'infra', 'index.d.ts'))
  // Without CDK's declarations, which take a minute to parse. CDK documents its own props.
  project.addSourceFilesAtPaths(join(types, '**', '*.d.ts'))
  const list = project.getSourceFileOrThrow(join(types, 'mirror', 'list', 'config.d.ts'))
  const exported = [...entry.getExportedDeclarations()].flatMap(([name, [declaration]]) =>
    declaration === undefined ? [] : [{ name, declaration }],
  )
  const ofList = list.getInterfaces().map((declaration) => ({ name: declaration.getName(), declaration }))
  return [
    HEAD,
    ...exported.map(({ name, declaration }) => section(name, declaration)),
    '## Types of the list\n\n`mirror.yaml` has the same keys.\n',
    ...ofList
      .filter(({ name }) => name !== 'List')
      .map(({ name, declaration }) => section(name, declaration, '###')),
  ].join('\n')
}

function section(name: string, declaration: ExportedDeclarations, level = '##'): string {
  const text = describe(declaration)
  const body = bodyOf(declaration)
  return [`${level} ${name}`, ...(text === '' ? [] : [text]), body].join('\n\n').trimEnd().concat('\n')
}

function bodyOf(declaration: ExportedDeclarations): string {
  if (Node.isClassDeclaration(declaration)) return classBody(declaration)
  if (Node.isInterfaceDeclaration(declaration)) return tableOf(membersOf(declaration))
  if (Node.isTypeAliasDeclaration(declaration)) return aliasBody(declaration)
  if (Node.isVariableDeclaration(declaration))
    return functionsOf(
      declaration
        .getType()
        .getProperties()
        .flatMap((one) => one.getDeclarations()),
    )
  return ''
}

function classBody(declaration: ClassDeclaration): string {
  const [made] = declaration.getConstructors()
  const parameters = made
    ?.getParameters()
    .map((one) => one.getText())
    .join(', ')
  const properties = declaration
    .getInstanceProperties()
    .filter(Node.isPropertyDeclaration)
    .filter((one) => !one.getName().startsWith('#'))
  return [
    `\`\`\`ts\nnew ${declaration.getName()}(${parameters})\n\`\`\``,
    tableOf(properties.map(memberOf)),
    functionsOf(declaration.getInstanceMethods()),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Includes members inherited from our own interfaces. */
function membersOf(declaration: InterfaceDeclaration): Member[] {
  return declaration
    .getType()
    .getProperties()
    .flatMap((symbol) => {
      const [property] = symbol.getDeclarations()
      if (property === undefined || !Node.isPropertySignature(property)) return []
      // A property of a Partial is optional, although its declaration is not.
      const name = symbol.isOptional() ? `${symbol.getName()}?` : symbol.getName()
      return [{ ...memberOf(property), name }]
    })
}

type Property = Node &
  JSDocableNode & {
    getName(): string
    getTypeNode(): Node | undefined
    hasQuestionToken(): boolean
  }

function memberOf(property: Property): Member {
  const fallback = tagOf(property, 'default')
  return {
    name: property.hasQuestionToken() ? `${property.getName()}?` : property.getName(),
    type: property.getTypeNode()?.getText() ?? '',
    text: describe(property),
    fallback: fallback.replace(/^- /, ''),
  }
}

function tableOf(members: readonly Member[]): string {
  if (members.length === 0) return ''
  const rows = members.map(({ name, type, text, fallback }) => [
    `\`${name}\``,
    `\`${oneLine(type)}\``,
    text,
    fallback,
  ])
  return [['name', 'type', 'meaning', 'default'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function functionsOf(declarations: readonly Node[]): string {
  return declarations
    .flatMap((one) => (Node.isMethodDeclaration(one) || Node.isMethodSignature(one) ? [one] : []))
    .map((one) => {
      const throws = tagOf(one, 'throws')
      const signature = `${one.getName()}(${one
        .getParameters()
        .map((of) => of.getText())
        .join(', ')}): ${one.getReturnTypeNode()?.getText() ?? 'void'}`
      return [
        `**\`${oneLine(signature)}\`**`,
        describe(one),
        ...(throws === '' ? [] : [`Throws ${throws}`]),
      ].join('\n\n')
    })
    .join('\n\n')
}

function aliasBody(declaration: TypeAliasDeclaration): string {
  return `\`\`\`ts\ntype ${declaration.getName()} = ${declaration.getTypeNode()?.getText() ?? ''}\n\`\`\``
}

function describe(node: Node): string {
  if (!Node.isJSDocable(node)) return ''
  return oneLine(
    node
      .getJsDocs()
      .map((doc) => doc.getDescription())
      .join(' '),
  )
}

function tagOf(node: Node, name: string): string {
  if (!Node.isJSDocable(node)) return ''
  const tags = node.getJsDocs().flatMap((doc) => doc.getTags())
  return oneLine(tags.find((tag) => tag.getTagName() === name)?.getCommentText() ?? '')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

if (import.meta.main) writeFileSync(API_PAGE, currentApiPage())
