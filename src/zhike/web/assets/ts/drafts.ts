import { each, icon, isTyping, on, store } from './dom'
import { t } from './strings'

// What is typed into <form data-draft="…"> survives a crash or a lost connection until it is sent; signing out clears it.
const PREFIX = 'zk-draft:'
type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const fields = (form: HTMLFormElement) => [...form.elements].filter((element): element is Field =>
  (isTyping(element) && (element as Field).name !== '' && (element as HTMLInputElement).type !== 'password'
    && !element.hasAttribute('data-no-draft')))

each<HTMLFormElement>('form[data-draft]', form => {
  const key = PREFIX + form.dataset.draft
  const kept = () => JSON.parse(store.get(key) ?? '{}') as Record<string, string>
  const restore = () => {
    const saved = kept()
    const later = form.querySelector<HTMLDetailsElement>('details[data-later]')
    const missing = Object.entries(saved).some(([name, value]) => value !== '' && !form.elements.namedItem(name))
    if (later && missing) later.open = true // brings its fields, then restores again
    let changed = false
    for (const field of fields(form)) {
      const value = saved[field.name]
      if (value === undefined || value === field.value) continue
      field.value = value
      changed = true
    }
    if (!changed || form.querySelector('[data-restored]')) return
    const note = document.createElement('div')
    note.className = 'zk-note zk-note-dai zk-wide'
    note.dataset.restored = ''
    const text = document.createElement('div')
    text.textContent = t('restored')
    const drop = document.createElement('button')
    drop.type = 'button'
    drop.className = 'zk-btn zk-btn-xs'
    drop.textContent = t('discard')
    drop.addEventListener('click', () => { store.remove(key); form.reset(); note.remove() })
    note.append(icon('history'), text, drop)
    form.prepend(note)
  }
  restore()
  form.addEventListener('htmx:afterSettle', event => { if (event.target !== form) restore() })
  let timer = 0
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      const typed = Object.fromEntries(fields(form).map(field => [field.name, field.value]))
      store.set(key, JSON.stringify({ ...kept(), ...typed }))
    }, 400)
  })
  const sent = () => { clearTimeout(timer); store.remove(key) }
  if (!form.hasAttribute('hx-post') && !form.hasAttribute('hx-patch') && !form.hasAttribute('hx-put')) {
    form.addEventListener('submit', event => { if (!event.defaultPrevented) sent() })
  }
  form.addEventListener('htmx:afterRequest', event => {
    const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: Element }>).detail
    if (elt === form && xhr.status >= 200 && xhr.status < 300) sent()
  })
})

on('submit', 'form[data-logout]', () => {
  for (const key of store.keys()) if (key.startsWith(PREFIX)) store.remove(key)
})

// <form data-guard>: leaving the page with unsent text asks once.
const guarded = new Set<HTMLFormElement>()
each<HTMLFormElement>('form[data-guard]', form => {
  form.addEventListener('input', () => guarded.add(form))
  form.addEventListener('submit', () => guarded.delete(form))
})
addEventListener('beforeunload', event => {
  if ([...guarded].some(form => form.isConnected)) event.preventDefault()
})
