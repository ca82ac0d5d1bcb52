/** What a region needs in which people push, when it is not the home region: a rule, and nothing else. */
import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { PushSettings } from '../mirror/config.ts'
import { forwardPushes } from './pushes.ts'

export interface PushStackProps extends StackProps {
  readonly push: PushSettings
  /** The region of the mirror. */
  readonly home: string
}

export class PushStack extends Stack {
  constructor(scope: Construct, id: string, props: PushStackProps) {
    super(scope, id, props)
    forwardPushes(this, props.push, props.home)
  }
}
