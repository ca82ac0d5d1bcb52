/** Names the roles of other accounts, which only the roles of the mirror may assume. */
import { commandText } from '../../run/text.ts'
import type { Check } from '../context.ts'
import { notChecked, ok } from '../document.ts'
import { valuesOfKey } from '../values.ts'

export const roles: Check = {
  name: 'roles',
  async run(context) {
    const found = valuesOfKey(await context.list(), 'role')
    if (found.length === 0) return [ok('the list names none of other accounts')]
    return found.map((role) =>
      notChecked(`only the roles of the mirror may assume ${role}`, {
        remedy: 'A dry run assumes it and writes nothing:',
        command: commandText('start', ['--dry-run'], context.deployed.mirror.place),
      }),
    )
  },
}
