// Sources: what comes from where, what was refused, who went quiet, which keys can go.

import { get } from './api.js';
import { h, button, count, number, say, span, swap, table, time } from './dom.js';
import { pause, resume } from './act.js';
import { plain } from './words.js';

const last = (n) => (n.last_ms ? time(n.last_ms) : 'never');

/** The view. */
export function view() {
  const sources = h('section', { class: 'card' });
  const apps = h('section', { class: 'card' });
  const root = h('div', { class: 'stack' }, h('h1', {}, 'Sources'), sources, apps);
  let seen = '';

  async function refresh() {
    const [said, backlog] = await Promise.all([get('/v1/sources'), get('/v1/backlog')]);
    const same = JSON.stringify([said.sources, said.apps, backlog.paused, backlog.by_platform]);
    if (same === seen) return;
    seen = same;
    const all = said.sources.map((one) => one.id);
    const everything = backlog.paused.find((one) => !one.source);
    const rows = said.sources.map((one) => {
      const paused = everything ?? backlog.paused.find((it) => it.source === one.id);
      const wrong = backlog.alarms.find((it) => it.what === 'credential' && it.source === one.id);
      const state = wrong ? h('b', { class: 'late' }, '■ credential refused')
        : one.quiet ? h('b', { class: 'late' }, `▲ quiet for ${span(said.as_of_ms - one.quiet.since_ms)}; usual is ${span(one.quiet.usual_s * 1000)}`)
          : one.deliveries.n ? '✓ delivers' : '○ nothing yet';
      return [
        h('span', {}, one.id, h('span', { class: 'soft' }, ` ${one.platform}`)), state, last(one.deliveries), number(one.deliveries_last_day), number(one.deliveries_last_week), number(one.updates),
        Object.entries(one.ignored).map(([why, n]) => `${plain(why)} ${number(n)}`).join(', ') || '–',
        paused ? h('span', {}, h('b', { class: 'late' }, '▲ paused '), button('Resume', () => resume(paused.source ?? undefined, refresh).catch((why) => say(why.message, { bad: true })), { 'aria-label': `Resume the notes of ${paused.source ?? 'all sources'}`, 'data-key': `r-${one.id}` }))
          : button('Pause…', () => pause({ source: one.id, sources: all, done: refresh }), { 'aria-label': `Pause the notes of ${one.id}`, 'data-key': `p-${one.id}` }),
      ];
    });
    swap(sources, h('h2', {}, 'Accounts'), table('Accounts', ['Source', 'State', 'Last delivery', '24 h', '7 days', 'Updates', 'Ignored', 'Notes'], rows));
    const registrations = said.apps.map((one) => [
      h('span', {}, one.id, h('span', { class: 'soft' }, ` ${one.scheme}`)), last(one.verified), number(one.verified_last_hour), number(one.verified_last_day),
      one.refused.last_day ? h('b', { class: 'late' }, `▲ ${number(one.refused.last_day)} in 24 h: ${Object.entries(one.refused.by_reason).map(([why, it]) => `${plain(why)} ${number(it.n)}`).join(', ')}`) : 'none',
      number(one.unreadable.n), one.keys.map((key) => h('div', {}, h('code', {}, key.key), ` ${last(key.verified) === 'never' ? 'never used' : ''}`, key.verified.last_ms && time(key.verified.last_ms), key.safe_to_retire && h('span', { class: 'tag' }, 'can go'))),
      one.strays.length ? one.strays.map((stray) => h('div', {}, `${stray.platform} ${stray.account ?? ''}: ${number(stray.n)}`)) : '–',
    ]);
    swap(apps, h('h2', {}, 'Webhooks'), table('Webhooks', ['App', 'Last verified', '1 h', '24 h', 'Refused', 'Unreadable', 'Keys', 'For accounts we don’t have'], registrations),
      h('p', { class: 'soft' }, `${count(said.apps.length, 'webhook')}. A key can go once it has verified nothing for long enough.`));
  }

  return { root, refresh, every: 10_000 };
}
