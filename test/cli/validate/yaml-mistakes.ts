// Errors in YAML: indentation and punctuation.
import { IMAGES, list, type Mistake, mistake, SOURCE } from './mistake.ts'

const INDENTATION = [
  list('a tab before a dash', ['images:', '\t- redis'], 3, 'images', 'indent it with spaces'),
  list('a tab before a key', [...SOURCE, '\ttags: {}'], 4, 'tags', 'indent it with spaces'),
  list('a tab behind spaces', [...SOURCE, '  \ttags: {}'], 4, 'tags', 'indent it with spaces'),
  list('a key too far right', [...SOURCE, '      tags: {}'], 4, 'tags', 'give the keys of one mapping'),
  list('a key too far left', [...SOURCE, '   tags: {}'], 4, 'tags', 'the same indentation'),
  list('a key below the dash', [...SOURCE, '  tags: {}'], 4, 'tags', 'the same indentation'),
  list('a dash too far left', ['images:', '  - redis', ' - nginx'], 4, 'images', 'the same indentation'),
  list('a dash too far right', ['images:', ' - redis', '  - nginx'], 4, 'images', 'align its dash'),
  list('a key of the list that is indented', [' images: [redis]'], 2, 'images', 'the same indentation'),
]

const PUNCTUATION = [
  mistake(
    'no space after a colon',
    ['regions:[us-east-1]', ...IMAGES],
    1,
    'regions',
    '"regions: [us-east-1]"',
  ),
  list(
    'no space after the colon of a source',
    ['images:', '  - source:redis', '    tags: {}'],
    3,
    'images',
    '"- source: redis"',
  ),
  list('a space after the colon of a tag', ['images:', '  - redis: 7.4'], 3, 'images[0]', '"redis:7.4"'),
  list('a space in the tag of a source', ['images:', '  - source: redis: 7.4'], 3, 'source', 'in quotes'),
  list(
    'no space after a dash',
    ['images:', '  -redis', '  -nginx'],
    3,
    'images',
    'needs a space after the dash',
  ),
  list('no colon', ['images', '  - redis'], 2, 'regions', '"images:"'),
  list(
    'a bracket that is not closed',
    ['prefix: mirror', 'images: [redis', 'schedule: off'],
    3,
    'images',
    'add "]"',
  ),
  list('a brace that is not closed', ['images:', '  - {source: redis', '  - nginx'], 3, 'source', 'add "}"'),
  list('a bracket too many', ['images: [redis]]'], 2, 'images', 'remove it'),
  list('a quote that is not closed', ['images:', "  - 'redis:7.4", '  - nginx'], 3, 'images', 'add it'),
  list('typographic quotes', ['images:', '  - “redis:7.4”'], 3, 'images', "straight ones, '…'"),
  list('no comma', ["images: ['redis' 'nginx']"], 2, 'images', 'lacks a comma'),
  list('a colon without a tag', ['images:', '  - redis:'], 3, 'images[0]', '"redis"'),
  list('no comma between keys', ['images: [{source: redis tags: {}}]'], 2, 'images', 'add a comma'),
  list('a template', ['images:', '  - {{ image }}'], 3, 'images', 'put the whole value in quotes'),
  list(
    'a value that YAML reserves',
    ['images:', '  - source: @team/app'],
    3,
    'source',
    'put the whole value in quotes',
  ),
  list('a list on the line of its key', ['images: - redis'], 2, 'images', 'start it below'),
  list('a second document', [...IMAGES, '---', 'prefix: mirror'], 4, 'images', 'remove the "---"'),
]

export const YAML_MISTAKES: readonly Mistake[] = [...INDENTATION, ...PUNCTUATION]
