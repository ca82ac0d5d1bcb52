// `image-mirror doctor`: what it asks exists in AWS, and what is deployed is healthy.
import { diagnose } from '../../../cli/deployed/doctor/doctor.ts'
import type { Step } from '../step.ts'
import { withDeployed } from '../world.ts'

export const doctor: Step = {
  name: 'doctor',
  async run(world) {
    const { checks, counts } = await withDeployed(world, (deployed) => diagnose(deployed, new Date()))
    const failed = checks.filter(({ status }) => status === 'failed')
    if (failed.length > 0)
      throw new Error(
        failed.map(({ check, found, command }) => `${check}: ${found}. ${command ?? ''}`).join('; '),
      )
    const others = checks
      .filter(({ status }) => status !== 'ok')
      .map(({ check, found }) => `${check}: ${found}`)
    return [`${counts.ok} checks ok`, ...others].join('; ')
  },
}
