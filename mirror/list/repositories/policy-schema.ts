/**
 * Schema of the repository policy: who may pull, or statements as IAM has them.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
import * as z from 'zod'

const accountSchema = z.string().regex(/^\d{12}$/, 'must be 12 digits in quotes')

const pullSchema = z
  .strictObject({
    organization: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/, 'must be the id of an organization, such as o-a1b2c3d4e5')
      .optional()
      .describe('The organization whose accounts may pull: `o-a1b2c3d4e5`. Default: none.'),
    accounts: z
      .array(accountSchema)
      .min(1)
      .optional()
      .describe("The accounts that may pull, in quotes: `['111122223333']`. Default: none."),
    lambda: z
      .array(accountSchema)
      .min(1)
      .optional()
      .describe('The accounts whose Lambda functions may use the images. Default: none.'),
  })
  .meta({ id: 'PullPolicy' })

/** A statement of a policy, with the keys of IAM. */
const statementSchema = z
  .strictObject({
    Sid: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'must be up to 64 letters and digits')
      .optional()
      .describe('The name of the statement. Default: its position.'),
    Effect: z.enum(['Allow', 'Deny']).describe('`Allow` or `Deny`.'),
    Principal: z
      .union([
        z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
        z.literal('*', { error: "must be '*', or a mapping such as {AWS: '111122223333'}" }),
      ])
      .describe("Who: `'*'`, or `{AWS: …}` or `{Service: …}`."),
    Action: z.union([z.string(), z.array(z.string()).min(1)]).describe('Actions of ECR.'),
    Condition: z
      .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])))
      .optional()
      .describe('The conditions under which the statement applies. Default: always.'),
  })
  .meta({ id: 'PolicyStatement' })
export type PolicyStatement = z.infer<typeof statementSchema>

export const policySchema = z
  .strictObject({
    pull: pullSchema.optional().describe('Who may pull images. Default: this account alone.'),
    statements: z
      .array(statementSchema)
      .min(1)
      .max(50)
      .optional()
      .describe('Further statements, with the keys of IAM. Default: none.'),
  })
  .meta({ id: 'RepositoryPolicy' })
export type RepositoryPolicy = z.infer<typeof policySchema>
