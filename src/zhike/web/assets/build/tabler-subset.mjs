// PostCSS plugin: of Tabler's sheet keep the reset, the grid and the utilities this product uses; its components are
// our own (css/*.css). Themes come from our light-dark() tokens, so Tabler's dark rules go too.
const KEEP = new RegExp('^(' + [
  'row', 'col(-(sm|md|lg|xl|xxl))?(-(auto|\\d+))?', 'row-cols-\\d+', 'g[xy]?-[0-5]', 'gap-[0-5]',
  'd-((sm|md|lg|xl)-)?(none|block|flex|grid|inline|inline-block|inline-flex)', 'd-print-(none|block)',
  'flex-(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])', 'align-(items|self)-(start|end|center|baseline|stretch)',
  'justify-content-(start|end|center|between)', 'order-(first|last)', '[mp][trblxyse]?-([0-4]|auto)',
  'w-(25|50|75|100|auto)', 'h-(100|auto)', 'text-(start|end|center|nowrap|wrap|break|truncate|decoration-none)',
  'visually-hidden(-focusable)?', 'position-(relative|absolute|sticky)', 'overflow-(auto|hidden)',
].join('|') + ')$')

const kept = selector => {
  if (/data-bs-theme|\[dir|\.theme-/.test(selector)) return false
  return [...selector.matchAll(/\.((?:\\.|[\w-])+)/g)].every(match => KEEP.test(match[1]))
}

export const tablerSubset = () => ({
  postcssPlugin: 'tabler-subset',
  Once(root) {
    root.walkRules(rule => {
      if (!rule.source?.input.file?.includes('/@tabler/')) return
      if (rule.parent.type === 'atrule' && /keyframes$/.test(rule.parent.name)) return
      rule.selectors = rule.selectors.filter(kept)
      if (!rule.selector) rule.remove()
    })
    root.walkAtRules(rule => {
      if (!rule.source?.input.file?.includes('/@tabler/')) return
      if (/keyframes$/.test(rule.name) || rule.nodes?.length === 0) rule.remove()
    })
  },
})
