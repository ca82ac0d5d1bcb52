/** Entry point of the CDK app: `npx cdk deploy`, or `npx cdk deploy -c list=FILE`. */
import { buildApp } from './build-app.ts'

try {
  buildApp()
} catch (error) {
  // Most likely a mistake in the list. The message explains it; a stack trace would hide it.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
