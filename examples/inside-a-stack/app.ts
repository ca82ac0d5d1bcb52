// A mirror in a stack with other resources: a pipeline may start runs, and the on-call address receives alerts.
import { App, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { ImageMirror } from 'image-mirror'

const app = new App()
const platform = new Stack(app, 'Platform')

const pipeline = new Role(platform, 'Pipeline', {
  assumedBy: new ServicePrincipal('codepipeline.amazonaws.com'),
})

const mirror = new ImageMirror(platform, 'Mirror', {
  regions: ['eu-central-1', 'eu-west-1'],
  prefix: 'mirror',
  images: ['public.ecr.aws/docker/library/busybox:1.36', 'ghcr.io/fluxcd/source-controller:v1.4.1'],
  schedule: 'cron(0 3 * * ? *)',
})

mirror.stateMachine.grantStartExecution(pipeline)
mirror.failureTopic.addSubscription(new EmailSubscription('oncall@example.com'))
