import { each, on } from './dom'
import { t } from './strings'

/** Asks a question in a dialog; true if the person agrees. */
export function ask(question: string, agree = t('ok')): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'zk-dialog'
  const text = document.createElement('div')
  text.className = 'zk-dialog-body zk-t14'
  text.textContent = question
  const foot = document.createElement('form')
  foot.method = 'dialog'
  foot.className = 'zk-dialog-foot'
  const button = (label: string, value: string, css: string) => {
    const element = document.createElement('button')
    element.className = css
    element.value = value
    element.textContent = label
    foot.append(element)
  }
  button(t('cancel'), '', 'zk-btn')
  button(agree, 'yes', 'zk-btn zk-btn-primary')
  dialog.append(text, foot)
  dialog.setAttribute('aria-label', question)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise(resolve => dialog.addEventListener('close', () => {
    resolve(dialog.returnValue === 'yes')
    dialog.remove()
  }))
}

// A dialog that the server sends into #dialog opens itself; closing it empties the place.
each<HTMLDialogElement>('dialog[data-open]', dialog => {
  if (!dialog.open) dialog.showModal()
  dialog.addEventListener('close', () => dialog.remove())
})
on('click', '[data-dialog-open]', opener => {
  const dialog = document.getElementById(opener.dataset.dialogOpen ?? '')
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal()
})
on('click', 'dialog [data-close]', (button, event) => {
  event.preventDefault()
  button.closest('dialog')?.close()
})
document.addEventListener('zk:close-dialog', () => document.querySelector<HTMLDialogElement>('dialog[data-open]')?.close())

// hx-confirm, and data-confirm on plain forms and links.
document.addEventListener('htmx:confirm', event => {
  const { question, issueRequest, elt } = (event as CustomEvent<{ question?: string; elt: HTMLElement; issueRequest(skip: boolean): void }>).detail
  if (!question) return
  event.preventDefault()
  void ask(question, elt.dataset.confirmButton).then(yes => { if (yes) issueRequest(true) })
})
const agreed = new WeakSet<HTMLElement>()
on('click', 'a[data-confirm], button[data-confirm]', (element, event) => {
  if (agreed.delete(element)) return
  event.preventDefault()
  event.stopPropagation()
  void ask(element.dataset.confirm ?? '', element.dataset.confirmButton).then(yes => {
    if (!yes) return
    agreed.add(element)
    element.click()
  })
}, true)
on('submit', 'form[data-confirm]', (element, event) => {
  if (agreed.delete(element)) return
  event.preventDefault()
  event.stopPropagation()
  const submitter = (event as SubmitEvent).submitter
  void ask(element.dataset.confirm ?? '', element.dataset.confirmButton).then(yes => {
    if (!yes) return
    agreed.add(element)
    ;(element as HTMLFormElement).requestSubmit(submitter)
  })
}, true)

// One open menu at a time; a click elsewhere or Esc closes it.
document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.zk-menu[open]')) {
    if (!menu.contains(event.target as Node)) menu.open = false
  }
})
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  const menu = document.querySelector<HTMLDetailsElement>('details.zk-menu[open]')
  if (!menu) return
  menu.open = false
  menu.querySelector('summary')?.focus()
  event.stopImmediatePropagation()
})
