import { expect, test } from 'vitest'
import { breakable, html, link, ours } from '../../../mirror/page/html.ts'

test('escapes inserted text, also in attributes', () => {
  const text = `<script>alert("1")</script> & 'x'`
  expect(html`<b title="${text}">${text}</b>`.markup).toBe(
    '<b title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</b>',
  )
})

test('inserts markup once, without escaping it again', () => {
  const items = ['a<', 'b'].map((text) => html`<li>${text}</li>`)
  expect(html`<ul>${items}${undefined}${3}${ours('<hr>')}</ul>`.markup).toBe(
    '<ul><li>a&lt;</li><li>b</li>3<hr></ul>',
  )
})

test('breaks names where a person would', () => {
  const name = 'quay.io/node-exporter:1.2@sha256:ab'
  expect(breakable(name).markup).toBe('quay.io/<wbr>node-<wbr>exporter:<wbr>1.2@sha256:<wbr>ab')
  expect(breakable('https://user:pass@host/<b> - x: y--').markup).toBe(
    'https://<wbr>[redacted]@host/<wbr>&lt;b&gt; - x: y--',
  )
})

test('redacts inserted text', () => {
  expect(html`${'https://user:pass@host/?X-Amz-Signature=abc'}`.markup).toBe(
    'https://[redacted]@host/?X-Amz-Signature=[redacted]',
  )
})

test.each([
  ['a control character', 'a\u0000b\u001bc'],
  ['a character that reverses the direction of text', 'a\u202eb\u2066c'],
  ['half a character', 'a\ud800b\udc00c'],
])('replaces %s', (_, text) => {
  expect(html`${text}`.markup).toBe('a\ufffdb\ufffdc')
})

test('links only addresses that run no code', () => {
  expect(link('https://host/a?region=us-east-1&tab=b#c', 'log').markup).toBe(
    '<a href="https://host/a?region=us-east-1&amp;tab=b#c" rel="noreferrer">log</a>',
  )
  expect(link('file:///tmp/log', 'log').markup).toContain('<a href="file:///tmp/log"')
  for (const address of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'JavaScript://x',
    '//host',
  ]) {
    expect(link(address, 'log').markup).toBe(`<span>log: ${address}</span>`)
  }
})
