// A reverse proxy, which allows fault injection in front of third-party servers.
import {
  Agent,
  type IncomingMessage,
  request as open,
  type RequestListener,
  type ServerResponse,
} from 'node:http'

/** @param address - `127.0.0.1:PORT`. Keeps the Host header, so that the server's links lead through the proxy. */
export function forwardTo(address: string): RequestListener {
  const agent = new Agent({ keepAlive: true })
  const [host = '', port] = address.split(':')
  return (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const onward = open({ host, port: Number(port), method, path: url, headers, agent })
    onward.on('response', (answer) => pass(answer, response))
    onward.on('error', () => response.destroy())
    // Passes a client's disconnect on to the server.
    response.once('close', () => response.writableFinished || onward.destroy())
    request.pipe(onward)
  }
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  answer.on('error', () => response.destroy())
  answer.pipe(response)
}
