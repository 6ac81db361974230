import TomSelect from 'tom-select/base'
import removeButton from 'tom-select/plugins/remove_button/plugin.js'
import { t } from './strings'

TomSelect.define('remove_button', removeButton)

type Choice = { value: string; text: string; note?: string }
type Escape = (text: string) => string

/** Puts a search box on a native select; `data-search-url` is asked with the typed text and answers a list of choices. */
export function enhance(select: HTMLSelectElement): void {
  if ('tomselect' in select) return
  const url = select.dataset.searchUrl
  new TomSelect(select, {
    plugins: select.multiple ? { remove_button: { title: t('remove') } } : {},
    maxOptions: 200,
    create: select.hasAttribute('data-create'),
    allowEmptyOption: true,
    ...(select.closest('.zk-table-wrap') ? { dropdownParent: 'body' } : {}), // a table that scrolls would cut it off
    searchField: url ? [] : ['text'],
    ...(select.getAttribute('placeholder') ? { placeholder: select.getAttribute('placeholder') ?? '' } : {}),
    ...(url ? {
      preload: 'focus' as const,
      load(this: TomSelect, query: string, done: (found: Choice[]) => void) {
        const address = new URL(url, location.href)
        address.searchParams.set('q', query)
        fetch(address, { headers: { Accept: 'application/json' } })
          .then(answer => answer.ok ? answer.json() as Promise<Choice[]> : [])
          .then(found => { this.clearOptions(); done(found) })
          .catch(() => done([]))
      },
    } : {}),
    render: {
      option: (choice: Choice, escape: Escape) =>
        `<div>${escape(choice.text)}${choice.note ? `<small>${escape(choice.note)}</small>` : ''}</div>`,
      item: (choice: Choice, escape: Escape) => `<div>${escape(choice.text)}</div>`,
      no_results: () => `<div class="no-results">${t('none')}</div>`,
      option_create: (data: { input: string }, escape: Escape) => `<div class="create">${t('add', escape(data.input))}</div>`,
    },
  })
}
