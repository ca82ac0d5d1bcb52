/** The script of pages that update themselves, as text. It follows `SCRIPT`, whose functions it calls. */
export const LIVE_SCRIPT = `
const INTERVAL = 1000
/** What the server has sent last. What is shown differs from it, because ages count on. */
let sent

/** Replaces an element if it has changed, so that others keep what is open, selected or focused in them. */
function patch(here, before, now) {
  if (!here || !now || before?.outerHTML === now.outerHTML) return
  const copy = document.importNode(now, true)
  const [isOpen, isFocused] = [here.querySelector('details[open]'), here.contains(document.activeElement)]
  here.replaceWith(copy)
  if (isOpen) copy.querySelector('details')?.setAttribute('open', '')
  if (isFocused) copy.querySelector('summary,a,button')?.focus()
}

const rowsOf = (page) => [...(page?.querySelectorAll('#rows tr') ?? [])]
/** The sections, columns and rows: the page's frame. */
const frameOf = (page) => JSON.stringify([
  [...page.querySelectorAll('section')].map((section) => section.getAttribute('aria-labelledby')),
  page.querySelector('.matrix thead')?.textContent,
  rowsOf(page).map((row) => row.dataset.i),
])

function show(next) {
  document.title = next.title
  const same = (select) => patch(...[document, sent, next].map((page) => page?.querySelector(select)))
  for (const select of ['#head', '.top', '#progress']) same(select)
  const checked = [...controls.querySelectorAll(':checked')].map((box) => box.value)
  same('#controls fieldset')
  for (const box of controls.querySelectorAll('input[type=checkbox]')) box.checked = checked.includes(box.value)
  if (!sent || frameOf(sent) !== frameOf(next)) same('#state')
  else {
    same('section[aria-labelledby=problems]')
    const [before, now] = [rowsOf(sent), rowsOf(next)]
    for (const [index, row] of rowsOf(document).entries()) patch(row, before[index], now[index])
  }
  sent = next
  start()
  filter()
}

async function reload() {
  try {
    show(new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html'))
    byId('offline').hidden = true
  } catch {
    if (!byId('offline').hidden) return
    byId('offline').textContent = 'Not updated since ' + new Date().toISOString().slice(11, 19) + ' UTC: the server does not answer.'
    byId('offline').hidden = false
  }
}
setInterval(reload, INTERVAL)
`
