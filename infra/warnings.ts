/** What a deployment should know about its list although it is no reason to refuse it. */
import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../mirror/config.ts'
import { readEntry } from '../mirror/entry.ts'
import { targetProblem } from '../mirror/names.ts'

/** Such an image would fail in every run, and the others would not: better said now than by the first alert. */
export function warnOfTargets(scope: Construct, list: List): void {
  for (const given of list.images) {
    const { image, repository } = readEntry(given, list)
    const problem = targetProblem(repository)
    if (problem !== undefined) {
      Annotations.of(scope).addWarningV2('image-mirror:target', `${image} will fail: ${problem}`)
    }
  }
}
