// Small charts, as SVG. Each says its figures in words too: no chart is read by its colours alone.

import { h, s, number, count } from './dom.js';

/** Bars of several parts, one under the other, each with its figures beside it. `rows` are `{label, parts: [n], note}`. */
export function bars(title, parts, rows) {
  const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, n) => sum + n, 0)));
  const legend = h('ul', { class: 'legend' }, ...parts.map((part, at) => h('li', {}, swatch(at), part)));
  const list = rows.map((row) => {
    let x = 0;
    const drawn = row.parts.map((n, at) => {
      const width = (n / most) * 100;
      const bar = s('rect', { class: `part p${at}`, x, y: 0, width, height: 12 });
      x += width;
      return bar;
    });
    const words = parts.length === 1 ? number(row.parts[0]) : row.parts.map((n, at) => n > 0 && `${number(n)} ${parts[at].toLowerCase()}`).filter(Boolean).join(', ') || 'none';
    return h('li', {}, h('span', { class: 'label' }, row.label),
      s('svg', { viewBox: '0 0 100 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...drawn),
      h('span', { class: 'figure' }, words, row.note));
  });
  return h('figure', { class: 'chart bars' }, h('figcaption', {}, title), parts.length > 1 && legend,
    rows.length ? h('ul', {}, ...list) : h('p', { class: 'soft' }, 'Nothing is open.'));
}

const swatch = (at) => s('svg', { class: 'swatch', viewBox: '0 0 12 12', 'aria-hidden': 'true' }, s('rect', { class: `part p${at}`, width: 12, height: 12, rx: 2 }));

/** Columns over time: `points` are `{at, n, part}`; `part` of `n` is drawn in the second pattern. */
export function columns(title, points, { of, part, hour }) {
  const most = Math.max(1, ...points.map((point) => point.n));
  const width = 100 / Math.max(1, points.length);
  const drawn = points.flatMap((point, at) => {
    const tall = (point.n / most) * 40;
    const low = point.n ? (point.part / point.n) * tall : 0;
    const x = at * width + width * 0.12;
    return [
      s('rect', { class: 'part p0', x, y: 40 - tall, width: width * 0.76, height: tall - low }),
      s('rect', { class: 'part p2', x, y: 40 - low, width: width * 0.76, height: low }),
    ];
  });
  const sum = points.reduce((all, point) => all + point.n, 0);
  const some = points.reduce((all, point) => all + point.part, 0);
  const rows = points.filter((point) => point.n).map((point) => h('li', {}, `${hour(point.at)}: ${count(point.n, of)}, ${number(point.part)} ${part}`));
  return h('figure', { class: 'chart columns' }, h('figcaption', {}, title),
    h('p', { class: 'figure' }, `${count(sum, of)}, ${number(some)} ${part}${sum ? `; at most ${number(most)} an hour` : ''}`),
    s('svg', { viewBox: '0 0 100 40', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...drawn),
    h('div', { class: 'axis', 'aria-hidden': 'true' }, points.length ? [h('span', {}, hour(points[0].at)), h('span', {}, hour(points.at(-1).at))] : []),
    h('details', {}, h('summary', {}, 'As a list'), h('ul', { class: 'plain-list' }, ...rows)));
}

/** A share as a bar: how much of 1. */
export function share(rate, goal) {
  const good = rate === null || rate === undefined ? 0 : rate;
  return s('svg', { class: 'share', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    s('rect', { class: 'rail', width: 100, height: 6 }), s('rect', { class: good >= goal ? 'part good' : 'part low', width: good * 100, height: 6 }));
}
