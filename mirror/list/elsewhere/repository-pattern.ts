/** Schema of repository names in which `*` stands for any characters. */
import * as z from 'zod'

export const repositoryPatternSchema = z
  .string()
  .regex(/^[a-z0-9*][a-z0-9._/*-]*$/, 'must be a repository name, in which * stands for any characters')
