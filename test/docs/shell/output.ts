// Compares the output that a page shows with a real one.

/** Texts that differ between two runs of a command. */
const VARIABLE: readonly [RegExp, string][] = [
  [/\b(?:local|start|rerun)-\d{8}T\d{6}Z-[0-9a-f]{4,6}\b/g, 'RUN'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'RUN'],
  [/\bsha256:(?:[0-9a-f]{64}|[0-9a-f]{6,}…)/g, 'DIGEST'],
  [/\b\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?Z| UTC)?/g, 'TIME'],
  [
    /\bunder a minute\b|\b(?:\d+ (?:min|h) )?\d[\d.]* (?:ms|s|min|h|d|seconds?|minutes?|hours?|days?)\b/g,
    'DURATION',
  ],
  [/\bhttps?:\/\/(?:127\.0\.0\.1:\d+|quay\.io)\//g, 'SOURCE/'],
  [/\b127\.0\.0\.1:\d+/g, 'ADDRESS'],
  [/\s+/g, ' '],
]

const REST = '…'

export function comparable(text: string): string[] {
  return text
    .split('\n')
    .map((line) => VARIABLE.reduce((done, [pattern, name]) => done.replaceAll(pattern, name), line).trim())
    .filter((line) => line !== '')
}

/** Returns the first line of the page that the real output lacks at its place. `…` stands for any lines. */
export function differs(shown: string, real: string): string | undefined {
  const lines = comparable(real)
  let at = 0
  let isFree = false
  for (const line of comparable(shown)) {
    if (line === REST) {
      isFree = true
      continue
    }
    const found = isFree ? lines.indexOf(line, at) : lines[at] === line ? at : -1
    if (found === -1) return `${line}\n  instead of: ${lines[at] ?? 'nothing'}`
    at = found + 1
    isFree = false
  }
  return isFree || at === lines.length ? undefined : `the end\n  instead of: ${lines[at]}`
}
