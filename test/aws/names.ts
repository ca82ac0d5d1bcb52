// Names of what a trial creates. Nothing else has such names, so what is left of a trial can be found and deleted.
import { randomBytes } from 'node:crypto'

const TRIAL = 'test-[0-9a-f]{6}'

export interface Names {
  /** `test-3fa2c1`, the mirror's `-c name=` */
  readonly trial: string
  readonly stack: string
  /** Of repositories; also the name of the queue. */
  readonly prefix: string
}

export function newNames(): Names {
  return namesOf(`test-${randomBytes(3).toString('hex')}`)
}

export function namesOf(trial: string): Names {
  return { trial, stack: `ImageMirror-${trial}`, prefix: `image-mirror-${trial}` }
}

/** What belongs to one trial, or to any. */
export interface Leftovers {
  isStack(name: string): boolean
  isRepository(name: string): boolean
  isQueue(name: string): boolean
  /** CloudFormation builds the name of the work bucket from that of the stack. */
  isBucket(name: string): boolean
}

/** @param names - of one trial. @default - of any */
export function leftoversOf(names?: Names): Leftovers {
  const trial = names?.trial ?? TRIAL
  const matcher = (pattern: string) => {
    const expression = new RegExp(`^${pattern}$`)
    return (name: string) => expression.test(name)
  }
  return {
    isStack: matcher(`ImageMirror-${trial}(?:Pushes-[a-z0-9-]{1,30})?`),
    isRepository: matcher(`image-mirror-${trial}/.{1,200}`),
    isQueue: matcher(`image-mirror-${trial}`),
    isBucket: matcher(`imagemirror-${trial}-mirror.{1,50}`),
  }
}
