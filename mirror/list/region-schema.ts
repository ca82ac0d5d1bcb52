/** Schema of a region's name. */
import * as z from 'zod'
import { REGIONS } from './regions.ts'

export const regionSchema = z.enum(REGIONS).meta({ id: 'Region' })
