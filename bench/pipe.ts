/**
 * A lower bound for copiers on Node. `pipe.ts REPOSITORY TAGS SOURCE TARGET…` streams every layer from a GET into one
 * PUT per target and hashes it, four layers at a time. It checks for no existing blobs, and writes no manifests.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

const [repository = '', tags = '', source = '', ...targets] = process.argv.slice(2)
const agent = new http.Agent({ keepAlive: true })
const AT_ONCE = 4
const ACCEPT = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json'].join(
  ', ',
)

interface Layer {
  readonly digest: string
  readonly size: number
}

function start(method: string, host: string, path: string, headers = {}): ClientRequest {
  return http.request(new URL(path, `http://${host}`), { method, headers, agent })
}

async function answer(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${request.path}: ${response.statusCode}`)
  return response
}

async function layersOf(reference: string): Promise<Layer[]> {
  const request = start('GET', source, `/v2/${repository}/manifests/${reference}`, { accept: ACCEPT })
  request.end()
  const document = JSON.parse(await text(await answer(request))) as { manifests?: Layer[]; layers?: Layer[] }
  if (document.layers !== undefined) return document.layers
  return (await Promise.all((document.manifests ?? []).map(({ digest }) => layersOf(digest)))).flat()
}

async function upload(host: string, { digest, size }: Layer): Promise<ClientRequest> {
  const post = start('POST', host, `/v2/${repository}/blobs/uploads/`, { 'content-length': 0 })
  post.end()
  const session = await answer(post)
  session.resume()
  const url = new URL(session.headers.location ?? '', `http://${host}`)
  url.searchParams.set('digest', digest)
  return start('PUT', host, url.pathname + url.search, { 'content-length': size })
}

async function copy(layer: Layer): Promise<void> {
  const download = start('GET', source, `/v2/${repository}/blobs/${layer.digest}`)
  download.end()
  const [body, ...uploads] = await Promise.all([
    answer(download),
    ...targets.map((target) => upload(target, layer)),
  ])
  const answers = uploads.map(answer)
  const hash = createHash('sha256')
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk)
    const full = uploads.filter((put) => !put.write(chunk))
    if (full.length > 0) await Promise.all(full.map((put) => once(put, 'drain')))
  }
  for (const put of uploads) put.end()
  for (const response of await Promise.all(answers)) response.resume()
  if (`sha256:${hash.digest('hex')}` !== layer.digest) throw new Error(`wrong bytes for ${layer.digest}`)
}

const found = (await Promise.all(tags.split(',').map(layersOf))).flat()
const left = [...new Map(found.map((layer) => [layer.digest, layer])).values()]
const worker = async (): Promise<void> => {
  for (let layer = left.shift(); layer !== undefined; layer = left.shift()) await copy(layer)
}
await Promise.all(Array.from({ length: AT_ONCE }, worker))
agent.destroy()
