/** Writes the type declarations of the package: those of its entry, and of the files that it refers to. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, relative } from 'node:path'
import { PROJECT_ROOT } from '../infra/bundle.ts'
import { listDeclarations } from './list-types.ts'

const ENTRY = 'infra/index'
/** Has generated declarations, because the compiler's refer to types of zod. */
const LIST = 'mirror/list/config'
const IMPORT = /((?:from|import)\s*\(?\s*['"])(\.[^'"]+?)(?:\.ts)?(['"])/g

/** Writes `<folder>/infra/index.d.ts` and the declarations that it refers to. */
export function writeDeclarations(folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'image-mirror-types-'))
  try {
    emit(emitted)
    const done = new Set<string>()
    const copy = (file: string): void => {
      if (done.has(file)) return
      done.add(file)
      const text = file === LIST ? listDeclarations() : readFileSync(join(emitted, `${file}.d.ts`), 'utf8')
      write(join(folder, `${file}.d.ts`), text.replaceAll(IMPORT, '$1$2.js$3'))
      for (const [, , specifier = ''] of text.matchAll(IMPORT)) {
        copy(normalize(join(dirname(file), specifier)))
      }
    }
    copy(ENTRY)
  } finally {
    rmSync(emitted, { recursive: true })
  }
}

function emit(outDir: string): void {
  const config = join(outDir, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: PROJECT_ROOT,
    outDir,
    typeRoots: [join(PROJECT_ROOT, 'node_modules', '@types')],
  }
  const files = [join(PROJECT_ROOT, `${ENTRY}.ts`)]
  writeFileSync(
    config,
    JSON.stringify({ extends: join(PROJECT_ROOT, 'tsconfig.json'), compilerOptions, include: [], files }),
  )
  const tsc = join(PROJECT_ROOT, 'node_modules', '.bin', 'tsc')
  execFileSync(tsc, ['--project', relative(process.cwd(), config)], { stdio: 'inherit' })
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
