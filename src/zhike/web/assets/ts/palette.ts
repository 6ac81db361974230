import htmx from 'htmx.org'
import { on } from './dom'
import { reason } from './requests'
import { t } from './strings'

// Ctrl/⌘ K. The server finds and renders; here only: fetch after typing rests, move, open.
const dialog = document.getElementById('zk-palette') as HTMLDialogElement | null
const input = dialog?.querySelector('input')
const list = document.getElementById('zk-palette-list')
let timer = 0
let running: AbortController | undefined
let shown: string | undefined // the words whose results are in the list

const options = () => [...(list?.querySelectorAll<HTMLAnchorElement>('[role="option"]') ?? [])]
const chosen = () => options().findIndex(option => option.getAttribute('aria-selected') === 'true')

function choose(index: number): void {
  const all = options()
  all.forEach((option, at) => {
    option.setAttribute('aria-selected', String(at === index))
    option.id ||= `zk-option-${at}`
  })
  const now = all[index]
  if (now) {
    input?.setAttribute('aria-activedescendant', now.id)
    now.scrollIntoView({ block: 'nearest' })
  } else input?.removeAttribute('aria-activedescendant')
}

function say(text: string): void {
  const line = document.createElement('div')
  line.className = 'zk-palette-group'
  line.textContent = text
  list?.replaceChildren(line)
  shown = undefined
}

async function search(): Promise<void> {
  if (!dialog || !input || !list) return
  running?.abort()
  running = new AbortController()
  const words = input.value.trim()
  const url = `${dialog.dataset.url}?q=${encodeURIComponent(words)}`
  try {
    const answer = await fetch(url, { headers: { 'HX-Request': 'true' }, signal: running.signal })
    if (!answer.ok) {
      say(reason(answer.status, name => answer.headers.get(name)))
      return
    }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    list.replaceChildren(...page.body.childNodes)
    choose(0)
    shown = words
    const status = dialog.querySelector('[data-palette-status]')
    if (status) status.textContent = options().length ? '' : t('empty')
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) say(t('offline'))
  }
}

/** Opens the chosen line; who types faster than the server answers gets the first line for his words. */
async function open(preview: boolean): Promise<void> {
  if (!dialog || !input) return
  clearTimeout(timer)
  if (shown !== input.value.trim()) await search()
  const option = options()[chosen()]
  if (!option || !dialog.open || shown !== input.value.trim()) return
  dialog.close()
  const url = option.dataset.peek
  if (preview && url) void htmx.ajax('get', url, { target: '#drawer', swap: 'innerHTML' })
  else option.click()
}

export function openPalette(text = ''): void {
  if (!dialog || !input || dialog.open) return
  dialog.showModal()
  input.value = text
  input.focus()
  void search()
}

input?.addEventListener('input', event => {
  if ((event as InputEvent).isComposing) return // half a pinyin word is no query
  clearTimeout(timer)
  timer = window.setTimeout(() => void search(), 180)
})
input?.addEventListener('compositionend', () => void search())
dialog?.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return
  const count = options().length
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    if (count) choose((chosen() + (event.key === 'ArrowDown' ? 1 : count - 1)) % count)
  } else if (event.key === 'Enter') {
    event.preventDefault()
    void open(event.ctrlKey || event.metaKey)
  }
})
dialog?.addEventListener('click', event => { if (event.target === dialog) dialog.close() })
document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    openPalette()
  }
})
on('focusin', 'form[data-palette-open] input', field => {
  if (matchMedia('(pointer: coarse)').matches) return
  const box = field as HTMLInputElement
  box.blur()
  openPalette(box.value)
})
