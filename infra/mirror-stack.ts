/** The deployable stack: one mirror, and the outputs that users need. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ImageMirror, type ImageMirrorProps } from './image-mirror.ts'

export class MirrorStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & ImageMirrorProps) {
    super(scope, id, props)
    const { stateMachine, failureTopic, chatTopic, workBucket, buildLogGroup } = new ImageMirror(
      this,
      'Mirror',
      props,
    )
    new CfnOutput(this, 'StateMachineArn', {
      value: stateMachine.stateMachineArn,
      description: 'aws stepfunctions start-execution --state-machine-arn',
    })
    new CfnOutput(this, 'FailureTopicArn', {
      value: failureTopic.topicArn,
      description: 'aws sns subscribe --topic-arn',
    })
    if (chatTopic !== undefined) {
      new CfnOutput(this, 'ChatTopicArn', {
        value: chatTopic.topicArn,
        description: 'The topic to choose in Amazon Q Developer in chat applications',
      })
    }
    new CfnOutput(this, 'WorkBucketName', {
      value: workBucket.bucketName,
      description: 'Documents of the last 30 days of runs; you can also upload your own lists here',
    })
    new CfnOutput(this, 'BuildLogGroupName', {
      value: buildLogGroup.logGroupName,
      description: 'Logs of the builds',
    })
  }
}
