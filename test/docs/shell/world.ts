// The world of the pages' commands: a copy of the project, sources, targets, and a mirror on the embedded AWS.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { LocalRun } from '../../../local/run.ts'
import { fillUpstream } from '../../../local/upstream/fill.ts'
import { endpointVariable } from '../../../registry/http/endpoint.ts'
import { startRegistry } from '../../copy/registries.ts'
import { listOf, startRun } from '../../local/runs.ts'
import { type Ended, openClone } from './clone.ts'

const SOURCES = ['docker.io', 'quay.io', 'ghcr.io', 'registry.k8s.io', 'public.ecr.aws']
const TARGETS = ['127.0.0.1:5000', 'harbor.example.com', 'lab.example.com']
/** Images of the pages that mirror.yaml lacks. */
const FURTHER = ['alpine:3.22', 'nginx:1.28', 'nginx:1.29', 'redis:7.2'].map(
  (name) => `docker.io/library/${name}`,
)

export interface PagesWorld extends AsyncDisposable {
  /** The name of the latest run that failed. */
  failedRun: string
  readonly bucket: string
  /** The name of the run that copied the images of mirror.yaml. */
  readonly firstRun: string
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Runs a line with the environment of the mirror's operator, or without an AWS account. */
  run(line: string, isOperator: boolean): Promise<Ended>
  /** Runs the deployed mirror while Quay is down. */
  failOnce(): Promise<void>
}

export async function openPagesWorld(): Promise<PagesWorld> {
  const stack = new AsyncDisposableStack()
  const source = stack.use(await startRegistry())
  const redirections = Object.fromEntries(
    SOURCES.map((host) => [endpointVariable(host), `http://${source.address}`]),
  )
  for (const host of TARGETS) {
    const target = stack.use(await startRegistry())
    redirections[endpointVariable(host)] = `http://${target.address}`
  }
  let operator: LocalRun['operator'] = {}
  let isOperator = false
  const clone = stack.use(await openClone(() => ({ ...redirections, ...(isOperator ? operator : {}) })))
  const text = await readFile(join(clone.folder, 'mirror.yaml'), 'utf8')
  const document = parse(text) as object
  const list = listOf(document)
  await fillUpstream(source.store, { ...list, images: [...list.images, ...FURTHER] })
  const deployed = await startRun(stack, document, {
    stateDir: join(clone.folder, '.deployed'),
    environment: redirections,
  })
  operator = deployed.operator
  const world: PagesWorld = {
    failedRun: '',
    firstRun: deployed.document.run,
    bucket: deployed.template.output('WorkBucketName'),
    async write(files) {
      const all = { 'mirror.yaml': text, ...files }
      for (const [name, content] of Object.entries(all)) await writeFile(join(clone.folder, name), content)
    },
    run(line, asOperator) {
      isOperator = asOperator
      return clone.run(line)
    },
    async failOnce() {
      source.breakWith(({ url = '' }, response) => {
        if (!url.includes('/prometheus/')) return false
        response.writeHead(503).end()
        return true
      })
      world.failedRun = (await deployed.execute({})).run
      source.breakWith(undefined)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
  return world
}
