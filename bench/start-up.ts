/**
 * Measures the time from the start of the program to its first connection, and for comparison that of a Node script
 * that only sends one request.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { installProgram } from './installed.ts'
import { median } from './measure.ts'

export interface StartUp {
  /** Milliseconds. */
  readonly ours: number
  /** Milliseconds. */
  readonly bareNode: number
}

const TURNS = 15

export async function measureStartUp(): Promise<StartUp> {
  const server = createServer((socket) => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`
  const copy = [installProgram(), 'copy', `${address}/source:v1`, `${address}/target:v1`]
  const bare = ['-e', `require('node:http').get('http://${address}').on('error', () => {})`]
  // Node writes its compile cache when the program ends by itself.
  await timeToConnect(server, copy, 'SIGTERM')
  const ours: number[] = []
  const bareNode: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(await timeToConnect(server, copy))
    bareNode.push(await timeToConnect(server, bare))
  }
  server.close()
  return { ours: median(ours), bareNode: median(bareNode) }
}

async function timeToConnect(
  server: Server,
  args: readonly string[],
  end: NodeJS.Signals = 'SIGKILL',
): Promise<number> {
  const connected = once(server, 'connection')
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await connected
  const time = performance.now() - started
  child.kill(end)
  await ended
  return time
}
