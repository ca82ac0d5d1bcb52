// Fuzzes the copier: `node test/copy/fuzz/main.ts [--cases 5000] [--seed 1]`, or a single case with `--only SEED`.
// Exits with 1 if there are findings. Run by `npm run test:fuzz`.
import { parseArgs } from 'node:util'
import type { Verdict } from './case.ts'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '20261129' },
    only: { type: 'string' },
    'until-found': { type: 'boolean', default: false },
  },
})
const MAX_SHOWN = 20

function show({ seed, way, faults, findings, told }: Verdict): void {
  console.log(`seed ${seed}: ${way}; ${faults.join('; ') || 'no faults'}`)
  for (const finding of findings) console.log(`  FOUND: ${finding}`)
  for (const { name, message } of told?.errors ?? []) console.log(`  ${name}: ${message.slice(0, 400)}`)
  for (const warning of told?.warnings ?? []) console.log(`  warning: ${warning.slice(0, 400)}`)
}

const started = performance.now()
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0)
const isOne = values.only !== undefined
const figures = await fuzz({
  cases: isOne ? 1 : Number(values.cases),
  seed: Number(values.only ?? values.seed),
  untilFound: values['until-found'],
  onCase(verdict, done) {
    if (isOne) show(verdict)
    if (done % 500 === 0) console.error(`${done} cases, ${seconds()} s`)
  },
})
const { cases, succeeded, struck, slowest, findings, unhandled } = figures
console.log(`${cases} cases from seed ${values.only ?? values.seed} in ${seconds()} s`)
console.log(
  `  ${succeeded} succeeded; ${struck} faults struck; the slowest case, ${slowest?.seed}, took ${slowest?.ms.toFixed(0)} ms`,
)
if (!isOne) for (const verdict of findings.slice(0, MAX_SHOWN)) show(verdict)
for (const reason of unhandled.slice(0, MAX_SHOWN)) console.log(`UNHANDLED: ${reason}`)
if (findings.length + unhandled.length > 0) {
  console.log(`FOUND something in ${findings.length} cases, and ${unhandled.length} unhandled rejections`)
  process.exitCode = 1
}
