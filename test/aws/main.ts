// `npm run test:aws`: tries in a real account what no emulator can prove. See CONTRIBUTING.md.
import { readArguments } from './arguments.ts'
import { cdkDeployment } from './cdk-deployment.ts'
import { cleanTrials, runTrial } from './trial.ts'

const PACE = { pollMs: 5_000, patienceMs: 20 * 60_000 }

try {
  const given = readArguments(process.argv.slice(2))
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      // The second signal leaves the rest to --clean.
      if (stop.signal.aborted) process.exit(130)
      console.log('Interrupted: deleting what was created. Interrupt again to leave it, for --clean.')
      stop.abort(new Error('interrupted'))
    })
  const props = { given, pace: PACE, print: (line: string) => console.log(line) }
  process.exitCode = given.clean
    ? await cleanTrials(props)
    : await runTrial({ ...props, deployment: cdkDeployment, signal: stop.signal })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
