/** Identity and result of an execution, in the terms of Step Functions. */
import type { Json } from '../json.ts'

export interface Identity {
  readonly arn: string
  readonly name: string
  readonly machineArn: string
  readonly machineName: string
  /** The ARN of its Map Run, if it is the child of another execution. */
  readonly mapRun?: string
}

export type Status = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

interface Dates {
  readonly startDate: Date
  readonly stopDate: Date
}

export type Ended =
  | ({ readonly status: 'SUCCEEDED'; readonly output: Json } & Dates)
  | ({
      readonly status: Exclude<Status, 'SUCCEEDED'>
      readonly error?: string
      readonly cause?: string
    } & Dates)

/** `…:stateMachine:Name` runs as `…:execution:Name:<execution>`; a Map's children as `…:execution:Name/Label:<uuid>`. */
export function identify(machineArn: string, name: string, label?: string): Identity {
  const machineName = machineArn.split(':').at(-1) ?? ''
  const path = label === undefined ? machineName : `${machineName}/${label}`
  const prefix = machineArn.slice(0, machineArn.lastIndexOf(':stateMachine:'))
  return {
    arn: `${prefix}:execution:${path}:${name}`,
    name,
    machineArn: label === undefined ? machineArn : `${machineArn}/${label}`,
    machineName: path,
  }
}
