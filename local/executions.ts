/**
 * Executions of the deployed state machine, started by callers or by events. Announces the end of each and collects its
 * results.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageKey, STATUS_KEY, STATUS_PAGE_KEY } from '../mirror/keys.ts'
import type { DeployedStack } from './aws/deployed/cloud-formation.ts'
import { keepState } from './aws/deployed/execution-states.ts'
import type { Clock } from './clock.ts'
import type { Cloud } from './cloud.ts'
import type { Template } from './cloudformation/template.ts'
import type { Stack } from './deploy.ts'
import { eventBuses } from './eventbridge/event-bus.ts'
import { type Delivery, statusChange } from './eventbridge/events.ts'
import type { Json } from './json.ts'
import { findDocument, type RunDocument, readReport, runDocument, withLogFiles } from './run-document.ts'
import { servicesOf } from './services.ts'
import { createMachine, type ExecutionEvent } from './stepfunctions/engine.ts'
import { type Ended, identify } from './stepfunctions/execution.ts'
import { writeHistory } from './stepfunctions/history.ts'
import { startTime } from './stepfunctions/time.ts'
import { type Alert, type Inbox, publishEvent, subscribe } from './topic.ts'

export interface ExecutionsProps {
  readonly stack: Stack
  readonly cloud: Cloud
  readonly clock: Clock
  /** The folder for the documents and histories of runs. */
  readonly stateDir: string
  /** Aborts all executions. */
  readonly signal: AbortSignal
  /** Called with each execution that an event started, when it ends. */
  readonly onEnded?: (execution: Executed) => void
}

export interface Executed {
  readonly run: string
  readonly input: Json
  readonly document: RunDocument
  readonly ended: Ended
  /** Messages that the execution sent to the failure topic. */
  readonly alerts: readonly Alert[]
  /** Messages that it sent to the topic for chats. */
  readonly chats: readonly Alert[]
  /** The file of the report's page. @default - the run ended before it was written */
  readonly page?: string
  /** The file of the run's alert, as a mail shows it. @default - the run sent none */
  readonly alertFile?: string
  /** The file of the mirror's state as a page. @default - no run has written it */
  readonly status?: string
}

export interface Executions {
  execute(run: string, input: Json, onEvent?: (event: ExecutionEvent) => void): Promise<Executed>
  /** Resolves with every execution that events or clients started, once none of them is running. */
  settled(): Promise<readonly Executed[]>
}

export async function openExecutions(props: ExecutionsProps): Promise<Executions> {
  const { stack, cloud, clock, stateDir, signal } = props
  const inbox = openInbox(await subscribe(stack.topicArn, 'alerts', cloud.sns, cloud.sqs))
  const [chatTopic] = stack.topicArns.filter((one) => one !== stack.topicArn)
  const chat = chatTopic === undefined ? undefined : await subscribe(chatTopic, 'chats', cloud.sns, cloud.sqs)
  const chats = openInbox(chat)
  const { arn, definition, roleId } = stack.machine
  const acting = cloud.as(roleId)
  const buses = eventBuses(stack.templates, deliver)
  const started: Promise<Executed | undefined>[] = []
  cloud.onEvent((event) => void buses.put(event))

  cloud.hosted.stacks.push(...stack.templates.map(stackOf))
  cloud.hosted.findLog = (_, stream) => stack.codebuild.logOf(stream)
  cloud.hosted.notify = async (alarm) => {
    const message = JSON.stringify({ AlarmName: alarm, NewStateValue: 'ALARM' })
    await publishEvent(stack.topicArn, message, cloud.sns)
  }
  cloud.hosted.start = (machineArn, run, input) => {
    if (machineArn !== arn) return false
    collect(execute(run, input))
    return true
  }

  async function execute(run: string, input: Json, onEvent?: (event: ExecutionEvent) => void) {
    const execution = identify(arn, run)
    // Before anything is awaited: StartExecution answers at once, and its caller may describe the execution.
    const states = keepState(cloud.hosted.executions, execution, input)
    const logDir = join(stateDir, 'logs', run)
    await mkdir(logDir, { recursive: true })
    const history = writeHistory(join(logDir, 'history.jsonl'), execution)
    const machine = createMachine({
      arn,
      definition,
      services: servicesOf(stack, acting),
      documents: acting.documents,
      time: startTime(clock),
      onEvent(event) {
        history.onEvent(event)
        states.onEvent(event)
        onEvent?.(event)
      },
    })
    const ended = await machine.execute(input, { name: run, signal })
    states.end(ended)
    await history.close()
    signal.throwIfAborted()
    await buses.put(statusChange(stack.template, execution, input, ended))
    const bucket = stack.template.output('WorkBucketName')
    const report = await readReport(cloud.documents, bucket, run)
    const alerts = await inbox.of(run)
    const document = withLogFiles(
      runDocument(run, cloud.registries, report, alerts[0]),
      stack.codebuild.logOf,
    )
    await mkdir(join(stateDir, 'runs'), { recursive: true })
    await writeFile(join(stateDir, 'runs', `${run}.json`), `${JSON.stringify(document, undefined, 2)}\n`)
    const page = await save(pageKey(run), join('runs', `${run}.html`))
    const alertFile = await saveAlert(run, alerts[0])
    await save(STATUS_KEY, 'status.json')
    const status = await save(STATUS_PAGE_KEY, 'status.html')
    return {
      run,
      input,
      document,
      ended,
      alerts,
      chats: await chats.of(run),
      ...(page && { page }),
      ...(alertFile && { alertFile }),
      ...(status && { status }),
    }
  }

  /** Copies a document of the work bucket into the state folder, and returns its file. */
  async function save(key: string, name: string): Promise<string | undefined> {
    const text = await findDocument(cloud.documents, stack.template.output('WorkBucketName'), key)
    if (text === undefined) return undefined
    const file = join(stateDir, name)
    await writeFile(file, text)
    return file
  }

  async function saveAlert(run: string, alert: Alert | undefined): Promise<string | undefined> {
    if (alert === undefined) return undefined
    const file = join(stateDir, 'runs', `${run}.alert.txt`)
    await writeFile(file, `Subject: ${alert.subject}\n\n${alert.message}\n`)
    return file
  }

  async function deliver({ targetArn, input }: Delivery): Promise<void> {
    if (stack.topicArns.includes(targetArn)) return publishEvent(targetArn, input, cloud.sns)
    if (targetArn !== arn) throw new Error(`the local run cannot deliver events to ${targetArn}`)
    collect(startedByEvent(JSON.parse(input) as Json))
  }

  async function startedByEvent(input: Json): Promise<Executed> {
    const executed = await execute(runName(), input)
    props.onEnded?.(executed)
    return executed
  }

  /** Keeps an execution for `settled`. One that is aborted counts as none; callers of `settled` receive other errors. */
  function collect(execution: Promise<Executed>): void {
    const unlessAborted = execution.catch((error: unknown) => {
      if (!signal.aborted) throw error
      return undefined
    })
    unlessAborted.catch(() => {})
    started.push(unlessAborted)
  }

  return {
    execute,
    async settled() {
      let count = -1
      // A push by one of them may start another.
      while (count < started.length) {
        count = started.length
        await Promise.all(started)
      }
      return (await Promise.all(started)).filter((executed) => executed !== undefined)
    },
  }
}

function stackOf(template: Template): DeployedStack {
  const { place } = template
  return {
    name: place.stack,
    id: String(template.resolve({ Ref: 'AWS::StackId' })),
    region: place.region,
    description: template.description,
    outputs: template.outputs(),
    template: JSON.stringify(template.document),
    resources: template.physicalIds(),
  }
}

/** Every message names its run. Reads are serialized, because one read also takes the messages of other runs. */
function openInbox(inbox: Inbox | undefined): { of(run: string): Promise<Alert[]> } {
  const received: Alert[] = []
  let reading = Promise.resolve()
  return {
    async of(run) {
      reading = reading.then(async () => void received.push(...((await inbox?.read()) ?? [])))
      await reading
      return received.filter(({ subject, message }) => `${subject} ${message}`.includes(run))
    },
  }
}

/** Sorts by time and is unique even for two runs in the same second. */
export function runName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `local-${time}-${randomBytes(3).toString('hex')}`
}
