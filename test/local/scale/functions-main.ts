// `npm run test:functions -- --images 10000 --regions 30 --failing 0`: measures Plan and Report alone.
import { parseArgs } from 'node:util'
import { MAX_PAYLOAD_BYTES } from '../../../local/stepfunctions/payload.ts'
import { FUNCTION_MEMORY_MIB } from '../../../mirror/function-memory.ts'
import { FUNCTION_TIMEOUT } from '../../../statemachine/timeouts.ts'
import { type Measured, measureFunctions } from './functions.ts'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    regions: { type: 'string', default: '30' },
    failing: { type: 'string', default: '0' },
  },
})
const [images, regions, failing] = [values.images, values.regions, values.failing].map(Number) as [
  number,
  number,
  number,
]

function print(
  label: string,
  name: 'plan' | 'report',
  { seconds, processorSeconds, residentBytes }: Measured,
): void {
  const megabytes = Math.round(residentBytes / 1e6)
  const limit = FUNCTION_TIMEOUT[name].toSeconds()
  const memory = FUNCTION_MEMORY_MIB[name]
  const time = `${seconds.toFixed(1)} s of ${limit}, ${processorSeconds.toFixed(1)} s of processor time`
  console.log(`${label.padEnd(13)}  ${time}; ${megabytes} MB of ${memory}`)
}

const run = await measureFunctions({ images, regions, failing })
console.log(`${images} images x ${regions} regions, of which ${failing} images fail in every region`)
print('plan', 'plan', run.plan)
print('report', 'report', run.report)
print('report, again', 'report', run.again)
console.log(`status.json    ${run.statusBytes} bytes`)
console.log(
  `Report's output  ${run.reportBytes} of ${MAX_PAYLOAD_BYTES} bytes, ${run.alertBytes} of them the alert`,
)
const { pairs, failed, inSync } = run.counts
if (failed !== failing * regions || inSync !== pairs - failed || pairs !== images * regions) {
  console.log(`MISSED: the outcomes that were left for Report; it counted ${JSON.stringify(run.counts)}`)
  process.exitCode = 1
}
