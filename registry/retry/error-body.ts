/**
 * Parses error bodies. Registries send `{"errors":[{"code","message","detail"}]}`, token servers and proxies `{"error"}`,
 * `{"message"}` or plain text. Bodies may be truncated, compressed or HTML.
 */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { collect } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { parseJson } from '../model/json.ts'
import { field } from '../model/media-type.ts'

export interface ReportedError {
  readonly code?: string
  readonly message: string
}

const MAX_BYTES = 64 * 1024
/** Longer text is truncated. */
const MAX_TEXT = 2_000
const MAX_ERRORS = 100
/** Finds codes in truncated JSON. */
const CODES = /"code"\s{0,8}:\s{0,8}"([A-Za-z0-9_.-]{1,64})"/g

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}

/** The body's text, or an empty string if it is unreadable. Never fails, since the status is enough. */
export async function errorText({ body, headers }: WireResponse): Promise<string> {
  try {
    const { bytes } = await collect(body, MAX_BYTES)
    const decode = DECODERS[(headers['content-encoding'] ?? '').toLowerCase()]
    return (decode === undefined ? bytes : decode(bytes, { maxOutputLength: 16 * MAX_BYTES }))
      .subarray(0, MAX_BYTES)
      .toString('utf8')
  } catch {
    return ''
  }
}

/** All errors of the body, in order; none if it is HTML. */
export function readErrors(text: string): ReportedError[] {
  const start = text.trimStart()
  if (start === '' || start.startsWith('<')) return []
  const document = parseJson(start)
  if (document === undefined) return ofText(start)
  if (typeof document === 'string') return [{ message: document.slice(0, MAX_TEXT) }]
  const errors = field(document, 'errors')
  const list = Array.isArray(errors) ? errors.slice(0, MAX_ERRORS) : [errors]
  const found = list.map(ofOne).filter(saysSomething)
  if (found.length > 0) return found
  return [ofOne(document), ofOne(field(document, 'error'))].filter(saysSomething).slice(0, 1)
}

function ofOne(error: unknown): ReportedError {
  if (typeof error === 'string') return { message: error.slice(0, MAX_TEXT) }
  const [code] = [field(error, 'code'), field(error, 'error')].filter((one) => typeof one === 'string')
  const parts = ['message', 'error_description', 'details', 'detail'].map((name) => words(field(error, name)))
  const message = parts.filter((part) => part !== '').join(', ')
  return code === undefined || code === '' ? { message } : { code, message }
}

function ofText(text: string): ReportedError[] {
  const message = text.slice(0, MAX_TEXT)
  const codes = text.startsWith('{') ? [...text.matchAll(CODES)].slice(0, MAX_ERRORS) : []
  if (codes.length === 0) return [{ message }]
  return codes.map(([, code = ''], index) => ({ code, message: index === 0 ? message : '' }))
}

function saysSomething({ code, message }: ReportedError): boolean {
  return code !== undefined || message !== ''
}

function words(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.slice(0, MAX_TEXT)
  try {
    return JSON.stringify(value).slice(0, MAX_TEXT)
  } catch {
    // Nested too deeply to be serialized.
    return ''
  }
}
