/** What the CDK CLI runs: `npx cdk deploy`, or `npx cdk deploy -c list=FILE`. */
import { buildApp } from './build-app.ts'

try {
  buildApp()
} catch (error) {
  // Most likely a mistake in the list, whose message says it all: a stack trace would only hide it.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
