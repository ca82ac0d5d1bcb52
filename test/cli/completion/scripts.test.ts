// Completion scripts, executed by their shells.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { SHELLS } from '../../../cli/completion/scripts.ts'
import { COMMANDS } from '../commands.ts'
import { program } from '../program.ts'

const scriptOf = async (shell: string): Promise<string> => (await program('completion', shell)).stdout
const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0

/** The completions of bash for the last word. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const script = `${await scriptOf('bash')}
COMP_WORDS=(image-mirror "$@"); COMP_CWORD=$#
_image_mirror image-mirror "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((word) => word !== '')
}

test.each<[readonly string[], readonly string[]]>([
  [[''], [...COMMANDS, 'help']],
  [['co'], ['copy', 'completion']],
  [
    ['copy', '--'],
    ['--all-tags', '--no-artifacts', '--platform', '--as', '--create', '--dry-run', '--json', '--help'],
  ],
  [['copy', 'redis', '--d'], ['--dry-run']],
  [
    ['run', '--clock', ''],
    ['real', 'fast'],
  ],
  [['run', '--list', ''], []],
  [['run', '--cont'], []],
  [
    ['completion', ''],
    ['--help', 'bash', 'zsh', 'fish'],
  ],
  [['help', 'e'], ['estimate']],
])('bash completes %j to %j', async (words, expected) => {
  expect(await offered(...words)).toEqual(expected)
})

test.each(SHELLS)('offers every flag with a description in %s', async (shell) => {
  const script = await scriptOf(shell)
  for (const flag of ['all-tags', 'dry-run', 'serve', 'clock', 'compute']) expect(script).toContain(flag)
  if (shell !== 'bash') expect(script).toContain('empty the state first')
})

for (const shell of SHELLS) {
  test.skipIf(!isThere(shell))(`parses in ${shell}`, async () => {
    const { status, stderr } = spawnSync(shell, ['-n', '-c', await scriptOf(shell)], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
}

test.skipIf(!isThere('fish')).each([
  ['image-mirror co', ['completion', 'copy']],
  ['image-mirror run --clock ', ['fast', 'real']],
  ['image-mirror copy redis --dr', ['--dry-run']],
])('completes "%s" to %j in fish', async (line, expected) => {
  const script = `${await scriptOf('fish')}\ncomplete -C '${line}'`
  const { stdout } = spawnSync('fish', ['-c', script], { encoding: 'utf8' })
  const words = stdout.split('\n').flatMap((offer) => offer.split('\t')[0] || [])
  expect(words.sort()).toEqual(expected)
})

test.skipIf(!isThere('zsh'))('registers the script for image-mirror in zsh', async () => {
  const script = `autoload -U compinit; compinit -u -D\n${await scriptOf('zsh')}\nprint $_comps[image-mirror]`
  const { stdout } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' })
  expect(stdout).toBe('_image_mirror\n')
})

test.each([
  [[], "missing required argument 'shell'"],
  [['tcsh'], "'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish."],
])('refuses %j', async (args, words) => {
  const { status, stderr } = await program('completion', ...args)
  expect(status).toBe(2)
  expect(stderr).toContain(words)
})
