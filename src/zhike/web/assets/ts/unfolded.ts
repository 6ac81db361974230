// A part of a page that is replaced keeps open what the reader has opened in it.
let open: string[] = []

document.addEventListener('htmx:beforeSwap', event => {
  const { target } = (event as CustomEvent<{ target: HTMLElement }>).detail
  open = [...target.querySelectorAll('details.zk-fold[id][open]')].map(one => one.id)
})
document.addEventListener('htmx:afterSwap', () => {
  for (const id of open) {
    const again = document.getElementById(id)
    if (again instanceof HTMLDetailsElement) again.open = true
  }
  open = []
})
