// Checks the fuzzer: removes one check at a time from a copy of the code and expects findings. `node
// test/copy/fuzz/sabotage.ts` exits with 1 if it misses a sabotage.
import { expectNoticed } from '../sabotage.ts'
import { SABOTAGES } from './sabotages.ts'

expectNoticed(SABOTAGES, {
  command: ['test/copy/fuzz/main.ts', '--cases', '300', '--until-found'],
  finding: 'FOUND:',
})
