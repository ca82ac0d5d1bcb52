// What docs/security.md says about roles is what the stack of a list with everything grants.
import { expect, test } from 'vitest'
import { ImageMirror } from '../../infra/image-mirror.ts'
import { list, listOf, type Resource, resourcesOf, testStack } from '../infra/templates.ts'
import { pages } from './pages.ts'

const PAGE = pages().find(({ name }) => name === 'docs/security.md')?.text ?? ''
const [, TABLE = ''] = PAGE.split('| role | reads | writes |\n')
const ROWS = new Map(
  (TABLE.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(1)
    .map((row) => [/^\| ([\w ]+)/.exec(row)?.[1]?.trim() ?? '', row]),
)

const stack = testStack()
new ImageMirror(stack, 'Mirror', {
  list: listOf({
    targets: { harbor: { registry: 'harbor.example.com', credentials: 'harbor' } },
    repositories: { immutableTags: true, tags: { team: 'a' }, reconcile: true },
    defaults: { targets: ['regions', 'harbor'], prune: true, credentials: 'hub' },
  }),
})
const resources = Object.values(resourcesOf(stack))

/** The actions of the role whose logical id has this word. */
function actionsOf(word: string): string[] {
  const isPolicy = ({ Type }: Resource) => /^AWS::IAM::(?:Managed)?Policy$/.test(Type)
  const hasRole = ({ Properties }: Resource) =>
    (Properties.Roles ?? []).some(({ Ref }: { Ref: string }) => Ref.includes(word))
  return resources
    .filter((resource) => isPolicy(resource) && hasRole(resource))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => list<string>(Action))
}

const ROLES = [
  ['Plan', 'FunctionsPlanRole'],
  ['Resolve', 'FunctionsResolveRole'],
  ['Diff', 'FunctionsDiffRole'],
  ['Sync', 'SyncRole'],
  ['Outcome', 'FunctionsOutcomeRole'],
  ['Prune', 'FunctionsPruneRole'],
  ['Report', 'FunctionsReportRole'],
  ['state machine', 'RunRole'],
] as const

test('has a row for each role', () => {
  expect([...ROWS.keys()]).toEqual(ROLES.map(([name]) => name))
})

test.each(ROLES)('the row of %s names what only some roles may do', (name, id) => {
  const [row = '', actions] = [ROWS.get(name), actionsOf(id)]
  expect(actions.length).toBeGreaterThan(0)
  const may = (pattern: RegExp) => actions.some((action) => pattern.test(action))
  expect({
    secrets: /secrets/.test(row),
    pushes: /pushes to them/.test(row),
    creates: /creates target/.test(row),
    deletes: /deletes images/.test(row),
    settings: /settings of repositories/.test(row),
  }).toEqual({
    secrets: may(/^secretsmanager:GetSecretValue/),
    pushes: may(/^ecr:PutImage$/),
    creates: may(/^ecr:CreateRepository$/),
    deletes: may(/^ecr:.*Delete/),
    settings: may(/^ecr:PutImageTagMutability$/),
  })
})

test('no role may use all actions of a service', () => {
  expect(ROLES.flatMap(([, id]) => actionsOf(id)).filter((action) => /:\*|^\*/.test(action))).toEqual([])
})
