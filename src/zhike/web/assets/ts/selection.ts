import { each } from './dom'
import { t } from './strings'

// Check boxes of a list. Without script the boxes and the buttons of the bar are an ordinary form.
const format = (count: number) => count.toLocaleString('en-US')

each<HTMLFormElement>('form[data-selection]', form => {
  const boxes = () => [...form.querySelectorAll<HTMLInputElement>('input[type="checkbox"][name="id"]')]
  const head = () => form.querySelector<HTMLInputElement>('[data-select-page]')
  const bar = () => form.querySelector<HTMLElement>('[data-batch]')
  const flag = () => form.querySelector<HTMLInputElement>('[data-batch-flag]')
  let last: HTMLInputElement | undefined

  const paint = () => {
    const all = boxes()
    const count = all.filter(box => box.checked).length
    for (const box of all) box.closest('tr')?.classList.toggle('zk-selected', box.checked)
    const top = head()
    if (top) {
      top.checked = count > 0 && count === all.length
      top.indeterminate = count > 0 && count < all.length
    }
    const mark = flag()
    const total = Number(form.querySelector<HTMLElement>('[data-batch-all]')?.dataset.batchAll ?? 0)
    const text = form.querySelector('[data-batch-count]')
    if (text) text.textContent = mark?.value ? t('selectedAll', format(total)) : t('selected', format(count))
    const box = bar()
    if (box) box.hidden = count === 0
  }
  const drop = () => { const mark = flag(); if (mark) mark.value = '' }

  form.addEventListener('click', event => {
    const target = event.target as HTMLElement
    const all = boxes()
    if (target instanceof HTMLInputElement && target.name === 'id') {
      drop()
      if (event.shiftKey && last?.isConnected) {
        const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((a, b) => a - b) as [number, number]
        for (const box of all.slice(from, to + 1)) box.checked = target.checked
      }
      last = target
    } else if (target.matches('[data-select-page]')) {
      drop()
      for (const box of all) box.checked = (target as HTMLInputElement).checked
    } else if (target.closest('[data-batch-all]')) {
      for (const box of all) box.checked = true
      const mark = flag()
      if (mark) mark.value = '1'
    } else if (target.closest('[data-batch-clear]')) {
      drop()
      for (const box of all) box.checked = false
    } else return
    paint()
  })
  form.addEventListener('htmx:afterSettle', paint)
  paint()
})
