import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, RadarChart, ScatterChart } from 'echarts/charts'
import {
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, RadarComponent, TitleComponent,
  TooltipComponent, VisualMapComponent,
} from 'echarts/components'
import { init, use, type EChartsCoreOption } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, RadarChart, ScatterChart, AriaComponent,
  DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, RadarComponent, TitleComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer])

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Axis = { [key: string]: Json }

const probe = document.createElement('span')
probe.hidden = true

/** The colour of a token in the theme of this moment. */
function token(name: string): string {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(--zk-${name})`
  return getComputedStyle(probe).color
}

/** Replaces "$c1", "$zhu" and the like, anywhere in the option, by colours. */
function resolve(value: Json): Json {
  if (typeof value === 'string') return /^\$[a-z][\w-]*$/.test(value) ? token(value.slice(1)) : value
  if (Array.isArray(value)) return value.map(resolve)
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]))
  return value
}

function axis(given: Json | undefined): Json | undefined {
  if (given === undefined) return undefined
  if (Array.isArray(given)) return given.map(one => axis(one) as Json)
  const own = given as Axis
  const category = own.type === 'category'
  const label = { color: token('ink-3'), fontSize: 11, ...(own.axisLabel as Axis | undefined) }
  return {
    axisTick: { show: false },
    axisLine: { show: category, lineStyle: { color: token('line-2') } },
    splitLine: { show: !category, lineStyle: { color: token('line') } },
    nameTextStyle: { color: token('ink-3'), fontSize: 11 },
    ...own,
    axisLabel: label,
  }
}

function complete(given: Axis): EChartsCoreOption {
  const option = resolve(given) as Axis
  const font = getComputedStyle(document.body).fontFamily
  const { xAxis, yAxis, legend, tooltip, ...rest } = option
  return {
    animation: false,
    color: ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'].map(token),
    textStyle: { fontFamily: font, color: token('ink-2'), fontSize: 11 },
    grid: { left: 4, right: 12, top: legend ? 30 : 12, bottom: 4, containLabel: true },
    aria: { enabled: true },
    ...rest,
    ...(xAxis === undefined ? {} : { xAxis: axis(xAxis) }),
    ...(yAxis === undefined ? {} : { yAxis: axis(yAxis) }),
    ...(legend === undefined ? {} : { legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: token('ink-2'), fontSize: 11 }, ...(legend as Axis) } }),
    // richText: the HTML tooltip writes style attributes, which the content security policy refuses
    tooltip: {
      trigger: 'axis', confine: true, backgroundColor: token('surface'), borderColor: token('line-2'),
      textStyle: { color: token('ink'), fontSize: 12, fontFamily: font }, ...(tooltip as Axis | undefined), renderMode: 'richText',
    },
  }
}

const redraws = new Map<HTMLElement, () => void>()

/** Draws the chart whose option is in the JSON block named by data-chart; draws again when theme or size changes. */
export function draw(place: HTMLElement): void {
  const source = document.getElementById(place.dataset.chart ?? '')
  if (!source) return
  const given = JSON.parse(source.textContent ?? '{}') as Axis
  const chart = init(place, null, { renderer: 'canvas' })
  const paint = () => chart.setOption(complete(given), { notMerge: true })
  paint()
  redraws.set(place, paint)
  new ResizeObserver(() => chart.resize()).observe(place)
  chart.on('click', event => {
    const data = event.data as { url?: string } | null
    if (data && typeof data === 'object' && data.url?.startsWith('/')) location.assign(data.url)
  })
}

function all(): void {
  for (const [place, paint] of redraws) {
    if (place.isConnected) paint()
    else redraws.delete(place)
  }
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all)
new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] })
