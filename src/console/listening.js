// Listening: what is said about us, and not to us. Nothing here waits for an answer until somebody takes it into the queue.

import { get, post } from './api.js';
import { bars } from './chart.js';
import { h, button, count, link, name, number, percent, say, swap, table, time } from './dom.js';
import { LEVELS, plain } from './words.js';

/** The view. */
export function view() {
  const sums = h('section', { class: 'card' });
  const posts = h('section', { class: 'card' });
  const root = h('div', { class: 'stack' }, h('h1', {}, 'Listening'), sums, posts);
  let seen = '';

  const promote = async (one) => {
    try {
      const work = await post(`/v1/listening/${encodeURIComponent(one.id)}/promote`, {});
      say(h('span', {}, 'In the queue: ', h('a', { href: `#/queue?id=${encodeURIComponent(work.interaction)}` }, work.interaction)));
    } catch (why) {
      say(why.message, { bad: true });
    }
    await refresh();
  };

  async function refresh() {
    const said = await get('/v1/listening');
    const same = JSON.stringify([said.sources, said.examples]);
    if (same === seen) return;
    seen = same;
    const charts = said.sources.flatMap((one) => [
      h('p', {}, `${one.source}: ${count(one.posts, 'post')} by ${count(one.people, 'person', 'people')} in seven days, ${number(one.ours.posts)} about us; ${number(one.queued)} became work.`),
      bars('What happened', ['Posts'], one.situations.slice(0, 8).map((it) => ({ label: plain(it.what), parts: [it.posts], note: ` by ${count(it.people, 'person', 'people')}` }))),
      bars('Who is named', ['Posts'], one.voice.map((it) => ({ label: it.name, parts: [it.posts], note: it.share === null ? '' : ` ${percent(it.share)} of all namings` }))),
    ]);
    swap(sums, h('h2', {}, 'Said about us, not to us'), ...(charts.length ? charts : [h('p', { class: 'soft' }, 'No source listens, or nothing was said. A source listens with listen = true in heard.toml.')]));
    const rows = said.examples.map((one) => [
      time(one.at_ms), h('span', {}, name(one.author?.handle ?? one.author?.name), h('span', { class: 'soft' }, ` ${one.platform}`)), plain(one.what), LEVELS[one.level] ?? number(one.level),
      h('span', { lang: one.lang === 'und' ? undefined : one.lang, dir: 'auto' }, one.text), one.permalink ? link(one.permalink, 'Look') : '–',
      button('Take into the queue', () => promote(one), { 'data-key': one.id }),
    ]);
    swap(posts, h('h2', {}, 'Posts to look at'), rows.length ? table('Posts to look at', ['Came', 'Who', 'What', 'Level', 'Text', 'There', 'Queue'], rows) : h('p', { class: 'soft' }, 'None.'));
  }

  return { root, refresh, every: 15_000 };
}
