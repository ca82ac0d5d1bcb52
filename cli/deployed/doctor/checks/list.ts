/** Checks the list that is deployed, and the places that it reads images from. */
import { ErrorName } from '../../../../mirror/error-name.ts'
import { placesOf } from '../../../../mirror/list/elsewhere/place.ts'
import { plural } from '../../../../mirror/units.ts'
import type { Check } from '../context.ts'
import { failed, notChecked, ok } from '../document.ts'

export const list: Check = {
  name: 'list',
  async run(context) {
    const deployed = await context.list()
    const places = placesOf(deployed)
    if (places.length === 0) return [ok(plural(deployed.images.length, 'image'))]
    try {
      const whole = await context.whole()
      return [ok(`${plural(whole.images.length, 'image')}, with those of ${places.join(', ')}`)]
    } catch (error) {
      if (!(error instanceof Error) || error.name !== ErrorName.InvalidInput) throw error
      if (/may not be read|is denied/.test(error.message)) return [notChecked(error.message)]
      return [
        failed(error.message, {
          remedy:
            'Mend it there; until then, runs use the last good one. Check a new one before it is stored:',
          command: 'npx image-mirror validate images.yaml --for mirror.yaml',
        }),
      ]
    }
  },
}
