import { each } from './dom'

// Saved views may be many: the chosen one is scrolled into sight.
each<HTMLElement>('[data-tabs]', tabs => {
  const chosen = tabs.querySelector<HTMLElement>('[aria-current]')
  if (chosen) tabs.scrollLeft = chosen.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2
  tabs.addEventListener('wheel', event => {
    if (event.deltaX || tabs.scrollWidth <= tabs.clientWidth) return
    event.preventDefault()
    tabs.scrollLeft += event.deltaY
  }, { passive: false })
})
