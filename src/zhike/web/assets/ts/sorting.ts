import Sortable from 'sortablejs'

/** Children may be dragged; afterwards the list sends `zk:sorted` with the order of their data-key or data-column. */
export function sortable(list: HTMLElement): void {
  const options: Sortable.Options = {
    animation: 120,
    filter: '[data-fixed]',
    onEnd: event => {
      const order = [...list.children].map(child => (child as HTMLElement).dataset.id ?? (child as HTMLElement).dataset.column ?? '')
      list.dispatchEvent(new CustomEvent('zk:sorted', {
        bubbles: true,
        detail: { order, item: event.item, from: event.from, to: event.to, index: event.newIndex },
      }))
    },
  }
  if (list.dataset.sortable) options.group = list.dataset.sortable
  if (list.querySelector('.zk-grip')) options.handle = '.zk-grip'
  new Sortable(list, options)
}

/** Column chooser: drag to order (the order of the fields is the order sent) and a search over the names. */
export function columnChooser(chooser: HTMLElement): void {
  const list = chooser.querySelector<HTMLElement>('.zk-columns')
  const search = chooser.querySelector<HTMLInputElement>('[data-columns-search]')
  if (list) sortable(list)
  search?.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase()
    list?.querySelectorAll<HTMLElement>('[data-column]').forEach(line => {
      line.hidden = !(line.textContent ?? '').toLowerCase().includes(wanted)
    })
  })
}
