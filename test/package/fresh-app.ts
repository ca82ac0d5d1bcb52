// A new CDK app, made by `cdk init`, with the packed package installed.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '../../infra/bundle.ts'

const run = promisify(execFile)
const CDK = join(PROJECT_ROOT, 'node_modules', '.bin', 'cdk')

export interface FreshApp extends AsyncDisposable {
  readonly folder: string
  /** Runs further programs with this version of Node, installed in the app as `node<major>`. */
  useNode(major: number): void
  /** Runs a program of the app or of the machine. @returns its output */
  run(command: string, ...args: string[]): Promise<string>
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
}

/** Packs the project. @returns the path of the tarball */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: PROJECT_ROOT,
    maxBuffer: 1 << 24,
  })
  // The output starts with that of the build.
  const packed: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))
  const [first] = Object.values(packed as Record<string, { filename: string }>)
  return join(folder, first?.filename ?? '')
}

/** The package of a Node version, under another name. */
export function nodePackage(major: number): string {
  return `node${major}@npm:node-${process.platform}-${process.arch}@${major}`
}

/** @param packages - packages to install besides the project and those of `cdk init` */
export async function freshApp(packages: readonly string[]): Promise<FreshApp> {
  const parent = await mkdtemp(join(tmpdir(), 'image-mirror-app-'))
  // `cdk init` names the app after its folder.
  const folder = join(parent, 'fresh')
  await mkdir(folder)
  const environment: NodeJS.ProcessEnv = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' }
  const app: FreshApp = {
    folder,
    useNode(major) {
      environment.PATH = [join(folder, 'node_modules', `node${major}`, 'bin'), process.env.PATH].join(
        delimiter,
      )
    },
    async run(command, ...args) {
      const { stdout, stderr } = await run(command, args, {
        cwd: folder,
        env: environment,
        maxBuffer: 1 << 24,
      })
      return stdout + stderr
    },
    read: (file) => readFile(join(folder, file), 'utf8'),
    write: (file, text) => writeFile(join(folder, file), text),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  }
  await app.run(CDK, 'init', 'app', '--language', 'typescript', '--generate-only')
  await app.run('npm', 'install', '--no-audit', '--no-fund', await pack(parent), ...packages)
  return app
}
