// Tests that hold between any two registries: each single fault, and a token that is revoked during a copy.
import { describe, expect, test } from 'vitest'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Faults } from '../../support/faults.ts'
import type { Recorder } from '../../support/recorder.ts'
import type { TokenAuth } from '../../support/token-auth.ts'
import { BLOB, DATA, LAYER_SIZE, LAYERS, SINGLE_FAULTS, whenOf } from './single-faults.ts'

export interface FaultySide extends Pick<Recorder, 'matching'> {
  readonly faults: Omit<Faults, 'listener'>
  readonly auth: TokenAuth
}

export interface FaultyPair {
  readonly source: FaultySide
  readonly target: FaultySide
  readonly config: Descriptor
  /** Copies the image, and compares what has arrived. */
  copyWhole(): Promise<void>
}

/** @param pair - returns the registries of the current test */
export function testSingleFaults(pair: () => FaultyPair): void {
  describe.each(SINGLE_FAULTS)('$name', (fault) => {
    test('is survived, and repeats at most the broken part', async () => {
      const { config, target, copyWhole, [fault.side]: side } = pair()
      side.faults.add(whenOf(fault, config), fault.action)
      await copyWhole()
      expect(side.faults.struck()).toBe(fault.times ?? 1)
      expect(bytesRepeated(target, config)).toBeLessThanOrEqual(LAYER_SIZE)
    })
  })

  describe.each([
    ['source', BLOB],
    ['target', DATA],
  ] as const)('a token of the %s that is revoked during a copy', (name, on) => {
    test('is renewed', async () => {
      const { copyWhole, [name]: side } = pair()
      side.faults.add({ on, skip: 2 }, (request, response, handler) => {
        side.auth.revoke()
        handler(request, response)
      })
      await copyWhole()
      expect(side.faults.struck()).toBe(1)
    })
  })
}

/** Bytes of layers that the target received more than once. */
function bytesRepeated({ matching }: FaultySide, config: Descriptor): number {
  const received = matching(DATA).reduce((sum, request) => sum + request.received(), 0)
  return received - LAYERS * LAYER_SIZE - config.size
}
