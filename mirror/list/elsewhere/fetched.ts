/** Content of a place of `imagesFrom`: as Plan reads it and as Plan stores it. */
import * as z from 'zod'
import type { ListPlace } from './place.ts'

/** An item of the table of aws-ecr-mirror. https://github.com/cuppett/aws-ecr-mirror */
export const tableItemSchema = z.object({
  /** An image. */
  source: z.string(),
  /** Images, separated by commas or not. */
  destinations: z.array(z.string()),
  /** Seconds since 1970. DynamoDB returns expired items for days. */
  expires: z.number().optional(),
})
export type TableItem = z.infer<typeof tableItemSchema>

export const fetchedSchema = z.object({
  /** Names the piece in errors: the place, or one of its parameters. */
  name: z.string(),
  /** The version or ETag that was read. @default - the place has none */
  version: z.string().optional(),
  content: z.union([
    z.object({ text: z.string() }),
    z.object({ references: z.array(z.string()) }),
    z.object({ items: z.array(tableItemSchema) }),
  ]),
})
/** A piece of a list. */
export type Fetched = z.infer<typeof fetchedSchema>

/** Reads a place, which may have several pieces. @throws InvalidInput if it is missing, empty, or may not be read */
export type ReadPlace = (place: ListPlace, name: string) => Promise<readonly Fetched[]>
