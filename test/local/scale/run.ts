// One local run of a generated list that is in sync, with its measurements.
import { createRegistryHandler } from '../../../local/aws/registry/handler.ts'
import { startServer } from '../../../local/aws/registry/server.ts'
import type { Counts } from '../../../mirror/contract.ts'
import { endpointVariable } from '../../../registry/http/endpoint.ts'
import { startRun } from '../runs.ts'
import { fillMany } from './images.ts'
import { someRegions } from './regions.ts'
import { type Watch, watch } from './watch.ts'

export interface ScaleOptions {
  readonly images: number
  readonly regions: number
  /** Folder for registries, logs and the synthesized stack, which may exist from an earlier run. */
  readonly state: string
  readonly onStep: (text: string) => void
  /** Called with the number of finished pairs. */
  readonly onPair: (done: number) => void
}

export interface ScaleRun {
  readonly status: string
  readonly counts: Counts
  readonly seconds: number
  readonly watched: Watch
}

export async function runAtScale(options: ScaleOptions): Promise<ScaleRun> {
  const regions = someRegions(options.regions)
  options.onStep(`filling a source and ${regions.length} regions with ${options.images} images`)
  const { upstream, references } = await fillMany(options.state, options.images, regions)
  await using stack = new AsyncDisposableStack()
  const source = await startServer(createRegistryHandler({ store: upstream }))
  stack.defer(() => source.close())
  const watched = watch()
  let done = 0
  const started = performance.now()
  const images = references.map((reference) => `docker.io/${reference}`)
  const { ended, document } = await startRun(
    stack,
    { regions, images },
    {
      stateDir: options.state,
      environment: { [endpointVariable('docker.io')]: `http://${source.address}` },
      anonymousPull: false,
      onStep: options.onStep,
      onEvent: watched.onEvent,
      onProgress: (_, { state }) => {
        if (state === 'inSync') options.onPair(++done)
      },
    },
  )
  const seconds = (performance.now() - started) / 1000
  return { status: ended.status, counts: document.counts, seconds, watched }
}
