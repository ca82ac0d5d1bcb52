// Splits shell scripts into simple commands, as far as the pages use the shell.

/** The words of a command, without quotes, redirections and comments. */
export type Words = readonly string[]

/** The simple commands of a script: of lists, pipelines and loops. */
export function commandsOf(script: string): Words[] {
  const commands: string[][] = [[]]
  let rest = script
  let word: string | undefined
  let isTarget = false
  const endWord = () => {
    if (word !== undefined && !isTarget) commands.at(-1)?.push(word)
    if (word !== undefined) isTarget = false
    word = undefined
  }
  while (rest !== '') {
    const [token = '', kind] = tokenOf(rest, word === undefined)
    rest = rest.slice(token.length)
    if (kind === 'text') word = (word ?? '') + unquoted(token)
    if (kind === 'space' || kind === 'end' || kind === 'redirection') endWord()
    if (kind === 'end') commands.push([])
    if (kind === 'redirection') isTarget = true
    if (kind === 'heredoc') {
      endWord()
      const [, end = ''] = /<<'?(\w+)/.exec(token) ?? []
      rest = rest.replace(new RegExp(`\\n[\\s\\S]*?^${end}$`, 'm'), '')
    }
  }
  endWord()
  return commands
    .map((words) => (words[0] === 'do' || words[0] === 'while' ? words.slice(1) : words))
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z]\w*=/.test(word))))
    .filter(([first]) => first !== undefined && first !== 'done')
}

type Kind = 'text' | 'space' | 'end' | 'redirection' | 'heredoc'

function tokenOf(text: string, startsWord: boolean): [string, Kind] {
  const forms: [RegExp, Kind][] = [
    ...(startsWord ? ([[/^#[^\n]*/, 'space']] as [RegExp, Kind][]) : []),
    [/^(?:\\\n|[ \t])+/, 'space'],
    [/^(?:&&|\|\||[|;\n])+/, 'end'],
    [/^<<'?\w+'?/, 'heredoc'],
    [/^(?:>>|[<>])/, 'redirection'],
    [/^(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\([^)]*\)|[^\s|;<>'"\\&#$]+|[&#$])/, 'text'],
  ]
  for (const [form, kind] of forms) {
    const [token] = form.exec(text) ?? []
    if (token !== undefined) return [token, kind]
  }
  throw new Error(`cannot read this part of a script: ${text.slice(0, 60)}`)
}

function unquoted(token: string): string {
  if (/^['"]/.test(token)) return token.slice(1, -1)
  return token.startsWith('\\') ? token.slice(1) : token
}
