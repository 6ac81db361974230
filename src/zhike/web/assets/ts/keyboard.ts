import { isTyping, on, store } from './dom'
import { currentRow, peek, walk } from './drawer'
import { t } from './strings'
import { lastUndo } from './toasts'

// The map is in the page: data-key="g f" on a link, button or field. Built in are only moving, peeking, selecting,
// sending and undoing. Off while typing, while composing in an input method, and when switched off.
const OFF = 'zk-keys-off'
const labels: Record<string, string> = { ' ': 'Space', Enter: '↵' }
let typed: string[] = []
let timer = 0

const visible = (element: HTMLElement) => element.checkVisibility?.() ?? element.offsetParent !== null
const bound = () => [...document.querySelectorAll<HTMLElement>('[data-key]')]

function run(element: HTMLElement): void {
  if (isTyping(element)) {
    element.focus()
    if (element instanceof HTMLInputElement) element.select()
  } else element.click()
}

/** Runs the element bound to the keys typed so far; true if one waits for more or has run. */
function match(key: string): boolean {
  clearTimeout(timer)
  typed.push(key)
  const text = typed.join(' ')
  const all = bound()
  const exact = all.find(element => element.dataset.key?.toLowerCase() === text && (visible(element) || element.tagName === 'A'))
  if (exact) {
    typed = []
    run(exact)
    return true
  }
  if (all.some(element => element.dataset.key?.toLowerCase().startsWith(`${text} `))) {
    timer = window.setTimeout(() => { typed = [] }, 1000)
    return true
  }
  const again = typed.length > 1
  typed = []
  return again && match(key)
}

/** Whether the page binds this single key itself: a page of pairs has its own J, K and X. */
const claimed = (key: string) => bound().some(element => element.dataset.key?.toLowerCase() === key)

function builtIn(event: KeyboardEvent): boolean {
  const row = currentRow()
  switch (event.key) {
    case 'j': walk(1); return true
    case 'k': walk(-1); return true
    case ' ': {
      const target = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-peek]') : null
      const at = target ?? (event.target === document.body ? row : null)
      if (at) void peek(at)
      return Boolean(at)
    }
    case 'Enter': {
      const at = event.target instanceof HTMLElement && event.target.matches('[data-href]') ? event.target : null
      if (at?.dataset.href) location.assign(at.dataset.href)
      return Boolean(at)
    }
    case 'x': {
      const box = row?.querySelector<HTMLInputElement>('input[type="checkbox"]')
      box?.click()
      return Boolean(box)
    }
    case 'e': {
      const edit = (document.querySelector('.zk-drawer') ?? row ?? document).querySelector<HTMLElement>('[data-edit]')
      if (edit) run(edit)
      return Boolean(edit)
    }
    default: return false
  }
}

document.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
  const command = event.ctrlKey || event.metaKey
  if (command && event.key === 'Enter' && isTyping(event.target)) {
    event.preventDefault()
    ;(event.target as HTMLElement).closest('form')?.requestSubmit()
    return
  }
  if (command && event.key.toLowerCase() === 'z' && !event.shiftKey && !isTyping(event.target)) {
    const undo = lastUndo()
    if (undo) { event.preventDefault(); undo.click() }
    return
  }
  if (command || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') || store.get(OFF)) return
  const control = event.target instanceof HTMLElement && event.target.matches('button, a, summary, input')
  if (control && (event.key === ' ' || event.key === 'Enter')) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if ((!typed.length && !claimed(event.key) && builtIn(event)) || (key.length === 1 && match(key))) event.preventDefault()
})

/** The help lists what this page binds, after what is built in. */
on('click', '[data-dialog-open="zk-keys"]', () => {
  const list = document.querySelector('[data-keys-list]')
  if (!list) return
  list.querySelectorAll('[data-from-page]').forEach(line => line.remove())
  const known = new Set<string>()
  for (const element of bound()) {
    const keys = element.dataset.key ?? ''
    const label = element.dataset.keyLabel
    if (!label || known.has(keys)) continue
    known.add(keys)
    const line = document.createElement('div')
    line.dataset.fromPage = ''
    const caps = document.createElement('span')
    for (const part of keys.split(' ')) {
      const cap = document.createElement('span')
      cap.className = 'zk-kbd'
      cap.textContent = labels[part] ?? part.toUpperCase()
      caps.append(cap, ' ')
    }
    line.append(caps, label)
    list.append(line)
  }
  const power = document.querySelector<HTMLInputElement>('[data-keys-switch]')
  if (power) power.checked = !store.get(OFF)
})
on('change', '[data-keys-switch]', field => {
  if ((field as HTMLInputElement).checked) store.remove(OFF)
  else store.set(OFF, t('close'))
})
