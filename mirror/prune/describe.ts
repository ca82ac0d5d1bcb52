/** Puts into words what was pruned, for the report's page and for the terminal. */
import type { PrunedTag, Reason } from './documents.ts'

const REASONS: Readonly<Record<Reason, string>> = {
  gone: 'the source no longer has it',
  unselected: 'the list no longer selects it',
  removed: 'the list no longer has its entry',
  expired: 'its entry has expired',
  backup: 'there are enough newer backups',
}

/** `harbor/ops/redis:7.2 was deleted: the source no longer has it` */
export function describePruned({ target, repository, tag, reason, status, note }: PrunedTag): string {
  const name = `${target}/${repository}:${tag}`
  const why = REASONS[reason]
  switch (status) {
    case 'deleted':
      return `${name} was deleted: ${why}`
    case 'wouldDelete':
      return `${name} would be deleted: ${why}`
    case 'waits':
      return `${name} will be deleted after ${note?.slice(0, 10)}: ${why}`
    case 'held':
      return `${name} is not deleted, although ${why}: ${note}`
    case 'changed':
      return `${name} stays, although ${why}: another client has moved it`
    case 'refused':
      return `${name} could not be deleted, although ${why}: ${note}`
  }
}
