/**
 * The script of the page, as text: search, filters, ages and copy buttons. The page has all content without it. It is kept
 * in text so that every bundler takes it as it is, and the hash in the page's policy fits.
 */
export const SCRIPT = `
'use strict'
const byId = (id) => document.getElementById(id)
const controls = byId('controls')
const search = byId('search')
const texts = new WeakMap()
const textOf = (element) => {
  let text = texts.get(element)
  if (text === undefined) texts.set(element, (text = element.textContent.toLowerCase()))
  return text
}

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const boxes = [...controls.querySelectorAll('input[type=checkbox]')]
  const wanted = boxes.filter((box) => box.checked).map((box) => box.value)
  const has = (element, outcomes) =>
    (wanted.length === 0 || outcomes.some((one) => wanted.includes(one))) &&
    words.every((word) => textOf(element).includes(word))
  let shown = 0
  const rows = byId('rows') ? byId('rows').rows : []
  for (const row of rows) {
    const fits = has(row, row.dataset.o.split(' '))
    if (row.hidden === fits) row.hidden = !fits
    shown += fits ? 1 : 0
  }
  for (const article of document.querySelectorAll('article')) article.hidden = !has(article, [article.className])
  if (byId('none')) byId('none').hidden = shown > 0
  const all = words.length === 0 && wanted.length === 0
  byId('found').textContent = all ? '' : shown.toLocaleString('en-US') + ' of ' + rows.length.toLocaleString('en-US') + ' images'
}

function reset() {
  controls.reset()
  filter()
}

if (controls) {
  controls.hidden = false
  controls.addEventListener('input', filter)
  controls.addEventListener('submit', (event) => event.preventDefault())
  if (search.value !== '' || controls.querySelector(':checked')) filter()
}

document.addEventListener('keydown', (event) => {
  if (!controls || event.ctrlKey || event.metaKey || event.altKey) return
  const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== 'checkbox'
  if (event.key === '/' && !typing) {
    event.preventDefault()
    search.focus()
    search.select()
  }
  if (event.key === 'Escape') reset()
})

/** A link to an entry that the filter hides shows it. */
addEventListener('hashchange', () => {
  const entry = byId(location.hash.slice(1))
  if (!entry || !entry.hidden) return
  reset()
  entry.scrollIntoView()
})

async function copy(button) {
  const code = button.previousElementSibling
  let copied = false
  try {
    await navigator.clipboard.writeText(code.textContent)
    copied = true
  } catch {
    getSelection().selectAllChildren(code)
    copied = document.execCommand('copy')
  }
  button.textContent = copied ? 'Copied' : 'Press Ctrl+C'
  setTimeout(() => (button.textContent = 'Copy'), 3000)
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60]]
function ageOf(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length)
    if (count >= 2 || (count === 1 && unit !== 'day')) return count + ' ' + unit + (count === 1 ? '' : 's') + ' ago'
  }
  return 'just now'
}

/** Ages count from now, whenever the page is opened. */
function age() {
  for (const time of document.querySelectorAll('time.ago')) {
    time.title = time.dateTime
    time.textContent = time.closest('td') ? ageOf(time.dateTime) : time.dateTime.slice(0, 16).replace('T', ' ') + ' UTC, ' + ageOf(time.dateTime)
  }
}

/** On a phone, a row becomes a list, in which each cell needs the name of its target. */
const NARROW = 640
function cards() {
  const table = document.querySelector('.matrix')
  if (!table || innerWidth > NARROW || table.tBodies[0].rows[0]?.cells[1]?.dataset.t) return
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent)
  for (const { cells } of table.tBodies[0].rows) {
    for (const [index, name] of names.entries()) if (index > 0 && cells[index]) cells[index].dataset.t = name
  }
  table.classList.add('cards')
}
addEventListener('resize', cards)

function start() {
  age()
  cards()
  for (const button of document.querySelectorAll('button.copy')) {
    button.hidden = false
    button.onclick = () => copy(button)
  }
}
start()

`
