// Checks the reliability figures: sabotages the copier and expects the figures to be missed. `node
// test/copy/faults/sabotage.ts` exits with 1 if it misses a sabotage.
import { expectNoticed } from '../sabotage.ts'
import { SABOTAGES } from './sabotages.ts'

expectNoticed(SABOTAGES, { command: ['test/copy/faults/main.ts', '400'], finding: 'MISSED' })
