// One local run of a generated list that is in sync, with its measurements.
import { createRegistryHandler } from '../../../local/aws/registry/handler.ts'
import { startServer } from '../../../local/aws/registry/server.ts'
import { CLOCKS } from '../../../local/clock.ts'
import { runLocally } from '../../../local/run.ts'
import type { Counts } from '../../../mirror/contract.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { endpointVariable } from '../../../registry/http/endpoint.ts'
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
  const source = await startServer(createRegistryHandler({ store: upstream }))
  const watched = watch()
  let done = 0
  try {
    const started = performance.now()
    const run = await runLocally({
      list: parseList(JSON.stringify(listOf(references, regions)), 'the generated list'),
      input: {},
      stateDir: options.state,
      clock: CLOCKS.fast,
      environment: { [endpointVariable('docker.io')]: `http://${source.address}` },
      anonymousPull: false,
      signal: new AbortController().signal,
      onStep: options.onStep,
      onEvent: watched.onEvent,
      onProgress: (_, { state }) => {
        if (state === 'inSync') options.onPair(++done)
      },
    })
    const seconds = (performance.now() - started) / 1000
    await run.close()
    return { status: run.ended.status, counts: run.document.counts, seconds, watched }
  } finally {
    await source.close()
  }
}

function listOf(references: readonly string[], regions: readonly string[]) {
  return { regions, images: references.map((reference) => `docker.io/${reference}`) }
}
