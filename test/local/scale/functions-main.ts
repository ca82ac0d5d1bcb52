// `npm run test:functions -- --images 10000 --regions 30 --failing 0`: Plan and Report alone, and what they take.
import { parseArgs } from 'node:util'
import { MAX_PAYLOAD_BYTES } from '../../../local/stepfunctions/payload.ts'
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

function tell(name: string, { seconds, residentBytes }: Measured, memoryMb: number, timeout: number): void {
  const megabytes = Math.round(residentBytes / 1e6)
  console.log(`${name}  ${seconds.toFixed(1)} s of ${timeout}, ${megabytes} MB of ${memoryMb}`)
}

const run = await measureFunctions({ images, regions, failing })
console.log(`${images} images x ${regions} regions, of which ${failing} images fail in every region`)
tell('Plan  ', run.plan, 1024, 300)
tell('Report', run.report, 2048, 900)
console.log(
  `Report's output  ${run.reportBytes} of ${MAX_PAYLOAD_BYTES} bytes, ${run.alertBytes} of them the alert`,
)
