import htmx from 'htmx.org'
import { isTyping, on } from './dom'
import { ask } from './dialogs'
import { t } from './strings'

// The drawer shows one row of a list beside it: ?peek=id in the address, ↑ ↓ walk, Esc goes back to the row.
const slot = () => document.getElementById('drawer')
const app = () => document.querySelector<HTMLElement>('.zk-app')
let source: HTMLElement | null = null

export const rows = () => [...document.querySelectorAll<HTMLElement>('#main [data-peek]')]
export const isOpen = () => Boolean(slot()?.querySelector('.zk-drawer'))
export const currentRow = () => document.querySelector<HTMLElement>('#main [data-peek].zk-current')

export function mark(row: HTMLElement): void {
  currentRow()?.classList.remove('zk-current')
  row.classList.add('zk-current')
  row.scrollIntoView({ block: 'nearest' })
}

function remember(id: string | null): void {
  const url = new URL(location.href)
  if (id) url.searchParams.set('peek', id)
  else url.searchParams.delete('peek')
  history.replaceState(history.state, '', url)
}

export async function peek(row: HTMLElement): Promise<void> {
  if (isOpen() && !(await mayLeave())) return
  source = row
  mark(row)
  remember(row.id.replace(/^row-/, '') || null)
  await htmx.ajax('get', row.dataset.peek ?? '', { target: '#drawer', swap: 'innerHTML' })
}

/** Moves to the next (1) or the previous (-1) row; the drawer follows when it is open. */
export function walk(step: 1 | -1): void {
  const all = rows()
  const now = source?.isConnected ? source : currentRow()
  const next = all[now ? all.indexOf(now) + step : 0]
  if (!next) return
  if (isOpen()) { void peek(next); return }
  mark(next)
  source = next
  next.focus({ preventScroll: true })
}

let asked = false
async function mayLeave(): Promise<boolean> {
  const fields = slot()?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('form input:not([type="hidden"]), form textarea') ?? []
  const dirty = [...fields].some(field => isTyping(field) && field.value !== field.defaultValue)
  if (!dirty || asked) return true
  asked = true
  return ask(t('unsaved'))
}

export async function close(): Promise<void> {
  if (!isOpen() || !(await mayLeave())) return
  slot()?.replaceChildren()
  ended()
}

function ended(): void {
  asked = false
  app()?.removeAttribute('inert')
  remember(null)
  const row = source?.id ? document.getElementById(source.id) : source
  row?.focus({ preventScroll: true })
}

document.addEventListener('htmx:afterSwap', event => {
  const { target } = (event as CustomEvent<{ target: HTMLElement }>).detail
  if (target.id !== 'drawer') return
  asked = false
  const drawer = target.querySelector<HTMLElement>('.zk-drawer')
  if (!drawer) { ended(); return }
  app()?.setAttribute('inert', '') // the page behind takes neither focus nor clicks
  ;(drawer.querySelector<HTMLElement>('[autofocus]') ?? drawer).focus()
})
document.addEventListener('zk:close-drawer', () => { slot()?.replaceChildren(); ended() })

on('click', '#drawer [data-close]', (_button, event) => { event.preventDefault(); void close() })
on('click', '#main [data-peek]', (row, event) => {
  const start = event.target as Element
  const busy = start.closest('a, button, input, label, select, textarea, summary')
  if ((busy && busy !== row) || event.ctrlKey || event.metaKey || getSelection()?.toString()) return
  event.preventDefault()
  void peek(row)
})
document.addEventListener('keydown', event => {
  if (event.isComposing || !isOpen() || document.querySelector('dialog[open]')) return
  if (event.key === 'Escape') { event.preventDefault(); void close() }
  else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !isTyping(event.target)) {
    event.preventDefault()
    walk(event.key === 'ArrowDown' ? 1 : -1)
  }
})

const wanted = new URLSearchParams(location.search).get('peek')
const first = wanted ? document.getElementById(`row-${wanted}`) : null
if (first?.dataset.peek) void peek(first)
