// Events between regions, and to the targets of rules.
import { expect, test } from 'vitest'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import { eventBuses } from '../../../local/eventbridge/event-bus.ts'

const HOME = 'us-east-1'
const BUS = (region: string) => `arn:aws:events:${region}:123456789012:event-bus/default`

function stackIn(region: string, targetArn: string, pattern = {}) {
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['aws.ecr'], ...pattern }, Targets: [{ Arn: targetArn }] },
  }
  const place = { account: '123456789012', region, partition: 'aws', stack: 'Test' }
  return openTemplate({ Resources: { Rule: rule } }, place)
}

async function delivered(templates: ReturnType<typeof stackIn>[], region: string): Promise<string[]> {
  const seen: string[] = []
  const buses = eventBuses(templates, async ({ targetArn, input }, { place }) => {
    seen.push(`${targetArn} in ${place.region} of ${JSON.parse(input).region}`)
  })
  await buses.put({ source: 'aws.ecr', region })
  return seen
}

test('matches an event with the rules of its own region', async () => {
  const templates = [stackIn(HOME, 'here'), stackIn('eu-west-1', 'there')]
  expect(await delivered(templates, HOME)).toEqual(['here in us-east-1 of us-east-1'])
  expect(await delivered(templates, 'eu-west-1')).toEqual(['there in eu-west-1 of eu-west-1'])
  expect(await delivered(templates, 'ap-south-1')).toEqual([])
})

test('forwards an event unchanged to another region', async () => {
  const templates = [stackIn(HOME, 'here'), stackIn('eu-west-1', BUS(HOME))]
  expect(await delivered(templates, 'eu-west-1')).toEqual(['here in us-east-1 of eu-west-1'])
})

test('does not forward an event twice', async () => {
  const templates = [stackIn('eu-west-1', BUS(HOME)), stackIn(HOME, BUS('eu-west-1')), stackIn(HOME, 'here')]
  expect(await delivered(templates, 'eu-west-1')).toEqual(['here in us-east-1 of eu-west-1'])
})

test('reports a failed target to the sender', async () => {
  const buses = eventBuses([stackIn(HOME, 'here')], () => Promise.reject(new Error('no')))
  await expect(buses.put({ source: 'aws.ecr', region: HOME })).rejects.toThrow('no')
})
