// A copy of the project, in which a newcomer's commands run as they are typed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../../..')
/** Folders that a clone does not have, and folders that a run does not need. */
const LEFT_OUT = ['node_modules', '.git', '.mirror', 'cdk.out', 'dist', 'test', 'bench', 'docs']

export interface Clone extends AsyncDisposable {
  readonly folder: string
  /** Runs a script. Interrupts a run that serves its registries, as Ctrl-C does. */
  run(script: string): Promise<Ended>
}

export interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

export async function openClone(environment: () => NodeJS.ProcessEnv = () => ({})): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'clone-'))
  const bin = join(folder, '.bin')
  for (const name of (await readdir(ROOT)).filter((one) => !LEFT_OUT.includes(one)))
    await cp(join(ROOT, name), join(folder, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await mkdir(bin)
  for (const [name, script] of Object.entries(PROGRAMS)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}`)
    await chmod(join(bin, name), 0o755)
  }
  return {
    folder,
    async run(script) {
      const child = spawn('bash', ['-ec', script], {
        cwd: folder,
        env: {
          ...process.env,
          HOME: folder,
          XDG_CACHE_HOME: join(folder, '.cache'),
          DOCKER_CONFIG: join(folder, '.docker'),
          AWS_CONFIG_FILE: join(folder, 'none'),
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
          CLONE: folder,
          ...environment(),
          PATH: `${bin}:${process.env.PATH}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      let seen = ''
      let isInterrupted = false
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk
        const serves = seen.includes('run until Ctrl-C') && seen.includes('\nRegistries:')
        if (child.pid === undefined || !serves || isInterrupted) return
        // A second signal would end it at once.
        isInterrupted = true
        process.kill(-child.pid, 'SIGINT')
      })
      const [[status], out, err] = await Promise.all([
        once(child, 'exit'),
        text(child.stdout),
        text(child.stderr),
      ])
      return { status: status as number, out, err }
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** npm and npx, as far as the pages use them: without a package registry. */
const PROGRAMS = {
  npx: 'shift\nexec node "$CLONE/cli/bin.cjs" "$@"\n',
  npm: `case $1 in
  start) shift; [ "$1" != -- ] || shift
    export npm_lifecycle_event=start INIT_CWD="$PWD"
    exec node --disable-warning=ExperimentalWarning "$CLONE/cli/main.ts" run "$@" ;;
esac
`,
}
