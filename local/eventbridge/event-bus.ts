/**
 * Event buses: one per region, with the rules of the deployed templates and their targets. An event that a rule
 * forwards to another region's bus keeps its region and is not forwarded again.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */

import type { Template } from '../cloudformation/template.ts'
import type { JsonObject } from '../json.ts'
import { type Delivery, deliveries } from './events.ts'

/** Delivers an event to a target other than a bus. */
export type Deliver = (delivery: Delivery, template: Template) => Promise<void>

export interface EventBuses {
  /** Publishes an event of a service in its region; resolves when every target has received it. */
  put(event: JsonObject): Promise<void>
}

export function eventBuses(templates: readonly Template[], deliver: Deliver): EventBuses {
  async function putOn(region: string, event: JsonObject, forwarded: boolean): Promise<void> {
    const matched = templates
      .filter(({ place }) => place.region === region)
      .flatMap((template) => deliveries(template, event).map((delivery) => ({ delivery, template })))
    await Promise.all(
      matched.map(async ({ delivery, template }) => {
        const bus = busRegion(delivery.targetArn)
        if (bus === undefined) return deliver(delivery, template)
        if (!forwarded) await putOn(bus, event, true)
      }),
    )
  }
  return { put: (event) => putOn(String(event.region), event, false) }
}

function busRegion(arn: string): string | undefined {
  return /^arn:[^:]+:events:([^:]+):\d+:event-bus\/default$/.exec(arn)?.[1]
}
