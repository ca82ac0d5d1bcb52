// The page's script, in a document without a browser: search, filters, keys and copy buttons.
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { DIGEST, pageOf } from '../report/page/pages.ts'
import { pair } from '../report/reports.ts'

const PAGE = pageOf([
  pair({ image: 'quay.io/a/redis' }),
  pair({ image: 'quay.io/a/redis', target: 'eu-west-1', outcome: 'inSync' }),
  pair({ image: 'quay.io/a/nginx', outcome: 'synced', tags: [{ tag: '1', digest: DIGEST }] }),
  pair({ image: 'ghcr.io/b/nginx', outcome: 'inSync' }),
])

function open() {
  const { window } = new JSDOM(PAGE, { runScripts: 'dangerously', url: 'https://localhost/' })
  const { document } = window
  const input = document.querySelector<HTMLInputElement>('#search')
  const shown = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)]
      .filter(({ hidden }) => !hidden)
      .map((one) => one.querySelector('.image,h4')?.textContent)
  return {
    window,
    document,
    rows: () => shown('#rows tr'),
    articles: () => shown('article'),
    found: () => document.querySelector('#found')?.textContent,
    type(text: string) {
      if (input) input.value = text
      input?.dispatchEvent(new window.Event('input', { bubbles: true }))
    },
    check: (outcome: string) => document.querySelector<HTMLInputElement>(`input[value=${outcome}]`)?.click(),
    press: (key: string, more: object = {}) =>
      (document.activeElement ?? document.body).dispatchEvent(
        new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
      ),
  }
}

test('shows the controls, which do nothing without a script', () => {
  expect(new JSDOM(PAGE).window.document.querySelectorAll('form[hidden],button[hidden]')).toHaveLength(2)
  expect(open().document.querySelectorAll('form[hidden],button[hidden]')).toHaveLength(0)
})

test('finds images by all words, in names, tags, digests and errors', () => {
  const page = open()
  page.type('NGINX quay')
  expect([page.rows(), page.articles(), page.found()]).toEqual([['quay.io/a/nginx'], [], '1 of 3 images'])
  page.type(DIGEST.slice(0, 20))
  expect(page.rows()).toEqual(['quay.io/a/nginx'])
  page.type('has no tag')
  expect([page.rows(), page.articles()]).toEqual([[], ['quay.io/a/redis']])
  expect(page.document.querySelector<HTMLElement>('#none')?.hidden).toBe(false)
  page.type('')
  expect([page.rows().length, page.found()]).toEqual([3, ''])
})

test('filters by outcomes', () => {
  const page = open()
  page.check('synced')
  expect([page.rows(), page.articles()]).toEqual([['quay.io/a/nginx'], []])
  page.check('failed')
  expect([page.rows(), page.articles()]).toEqual([
    ['quay.io/a/redis', 'quay.io/a/nginx'],
    ['quay.io/a/redis'],
  ])
})

test('searches with a slash, and shows everything with Escape', () => {
  const page = open()
  page.press('/')
  expect(page.document.activeElement?.id).toBe('search')
  page.type('redis')
  page.check('failed')
  page.press('Escape')
  expect([page.rows().length, page.document.querySelectorAll(':checked').length]).toEqual([3, 0])
  // Other programs' keys are left alone.
  expect(page.press('/')).toBe(true)
  page.document.querySelector<HTMLElement>('#search')?.blur()
  expect(page.press('/', { ctrlKey: true })).toBe(true)
})

test('copies the command next to the button', async () => {
  const { window, document } = open()
  const copied: string[] = []
  Object.assign(window.navigator, {
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  })
  const [button] = document.querySelectorAll<HTMLElement>('button.copy')
  button?.click()
  await new Promise((resolve) => window.setTimeout(resolve, 0))
  expect(copied).toEqual([document.querySelector('pre')?.textContent])
  expect(button?.textContent).toBe('Copied')
  window.close()
})

test('selects the command where the clipboard is out of reach', async () => {
  const { window, document } = open()
  Object.assign(document, { execCommand: () => false })
  const [button] = document.querySelectorAll<HTMLElement>('button.copy')
  button?.click()
  await new Promise((resolve) => window.setTimeout(resolve, 0))
  expect(window.getSelection()?.toString()).toBe(document.querySelector('pre')?.textContent)
  expect(button?.textContent).toBe('Press Ctrl+C')
  window.close()
})
