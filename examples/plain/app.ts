// Mirrors a few public images to two regions, once a day.
import { App, CfnOutput, Stack } from 'aws-cdk-lib'
import { ImageMirror } from 'image-mirror'

const app = new App()
const stack = new Stack(app, 'ImageMirror', { env: { region: 'us-east-1' } })

const mirror = new ImageMirror(stack, 'Mirror', {
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: [
    'docker.io/library/redis:7.4',
    {
      source: 'quay.io/prometheus/node-exporter',
      tags: { include: ['/^v1\\.8\\.\\d+/'], exclude: ['/-rc/'] },
    },
  ],
})

// "npx image-mirror start" and its siblings find the mirror by these names.
new CfnOutput(stack, 'StateMachineArn', { value: mirror.stateMachine.stateMachineArn })
new CfnOutput(stack, 'FailureTopicArn', { value: mirror.failureTopic.topicArn })
new CfnOutput(stack, 'WorkBucketName', { value: mirror.workBucket.bucketName })
new CfnOutput(stack, 'BuildLogGroupName', { value: mirror.buildLogGroup.logGroupName })
