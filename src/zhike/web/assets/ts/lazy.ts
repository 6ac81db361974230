import { each } from './dom'

// Heavier helpers are fetched only where a page has something for them.
each<HTMLSelectElement>('select[data-search-url], select[data-enhance]', select => {
  void import('./selects').then(({ enhance }) => enhance(select))
})
each<HTMLElement>('[data-sortable]', list => {
  void import('./sorting').then(({ sortable }) => sortable(list))
})
each<HTMLDetailsElement>('details[data-columns]', chooser => {
  chooser.addEventListener('toggle', () => {
    void import('./sorting').then(({ columnChooser }) => columnChooser(chooser))
  }, { once: true })
})
each<HTMLElement>('[data-chart]', place => {
  void import('./charts').then(({ draw }) => draw(place))
})
