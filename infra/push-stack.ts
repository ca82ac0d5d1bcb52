/** The deployable stack of a further region that receives pushes. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { PushMirror, type PushMirrorProps } from './push-mirror.ts'

export class PushStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & PushMirrorProps) {
    super(scope, id, props)
    const { failureTopic } = new PushMirror(this, 'Pushes', props)
    new CfnOutput(this, 'FailureTopicArn', {
      value: failureTopic.topicArn,
      description: 'aws sns subscribe --topic-arn',
    })
  }
}
