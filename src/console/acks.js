// Acknowledgments: what was said beside what was written, why nothing was, and the switch.

import { get } from './api.js';
import { h, button, choice, link, say, show, span, swap, time } from './dom.js';
import { bars } from './chart.js';
import { pause, resume } from './act.js';
import { sources } from './now.js';
import { level } from './interaction.js';
import { ACKS, plain } from './words.js';

/** The view. */
export function view() {
  const state = choice([['', 'All'], ...Object.entries(ACKS)], '', { 'aria-label': 'State' });
  const since = choice([['3600000', 'Last hour'], ['86400000', 'Last 24 hours'], ['604800000', 'Last 7 days'], ['2592000000', 'Last 30 days']], '86400000', { 'aria-label': 'Since' });
  const control = h('div', { class: 'row' });
  const figures = h('div', { class: 'charts' });
  const wrong = h('p', { class: 'wrong', role: 'alert', hidden: true });
  const list = h('ul', { class: 'pairs' });
  const further = button('Show more', () => { pages += 1; refresh(); }, { hidden: true });
  const root = h('div', { class: 'stack' }, h('h1', {}, 'Acknowledgments'), control, figures, h('div', { class: 'row' }, state, since), wrong, list, further);
  let pages = 1;
  let from = 0;
  let seen = '';
  for (const one of [state, since]) one.addEventListener('change', () => { pages = 1; from = 0; refresh(); });

  async function refresh() {
    // To the minute, so that a page's cursor stays good.
    from ||= Math.floor((Date.now() - Number(since.value)) / 60_000) * 60_000;
    try {
      const acks = [];
      let decisions = {};
      let cursor;
      for (let page = 0; page < pages; page += 1) {
        const said = await get('/v1/acks', { state: state.value, since: from, max: 30, cursor });
        acks.push(...said.acks);
        // The first page alone tells them.
        decisions = said.decisions ?? decisions;
        cursor = said.cursor;
        if (!cursor) break;
      }
      const backlog = await get('/v1/backlog');
      show(wrong, false);
      draw(acks, decisions, cursor, backlog);
    } catch (why) {
      wrong.textContent = why.message;
      show(wrong, true);
    }
  }

  function draw(acks, decisions, cursor, backlog) {
    show(further, Boolean(cursor));
    const same = JSON.stringify([acks, decisions, backlog.paused]);
    if (same === seen) return;
    seen = same;
    const paused = backlog.paused;
    swap(control, ...(paused.length ? paused.map((one) => h('p', { class: 'warn' }, `▲ Paused for ${one.source ?? 'all sources'}: ${one.reason} (${one.by}, `, time(one.since_ms), ') ',
      button('Resume', () => resume(one.source ?? undefined, refresh).catch((why) => say(why.message, { bad: true })), { 'data-key': `r-${one.source}` }))) : [h('p', {}, '✓ Notes go out.')]),
    button('Pause…', async () => pause({ sources: await sources(), done: refresh }), { 'data-key': 'pause' }));
    const rows = Object.entries(decisions).sort(([, a], [, b]) => b - a).slice(0, 12).map(([why, n]) => ({ label: plain(why), parts: [n] }));
    swap(figures, rows.length > 0 && bars('What became of the posts', ['Posts'], rows));
    swap(list, ...acks.map((one) => h('li', { class: 'card' },
      h('header', { class: 'row' }, level(one.level), h('span', { class: 'tag' }, ACKS[one.state] ?? one.state), h('span', {}, one.source), time(one.planned_ms), one.state === 'sent' && h('span', { class: 'soft' }, `${span(one.changed_ms - one.received_ms)} after the post`),
        h('a', { href: `#/queue?id=${encodeURIComponent(one.id)}` }, one.id), one.permalink && link(one.permalink, 'The post')),
      h('p', { class: 'text', dir: 'auto' }, one.post.slice(0, 600)), h('p', { class: 'text heard', dir: 'auto', lang: one.lang }, one.text), one.why && h('p', { class: 'wrong' }, one.why))),
    !acks.length && h('li', { class: 'empty' }, 'No note in this time.'));
  }

  return { root, refresh, every: 5_000 };
}
