// My work: what I hold, what is kept for me, and the next one.

import { call, get, me, newKey } from './api.js';
import { h, button, say, show, swap, time } from './dom.js';
import { panel } from './interaction.js';
import { row } from './queue.js';
import { plain } from './words.js';

/** How long one call waits for work; then it is asked again. */
const WAIT_S = 20;
/** How often one asks who is on an errand: a claim tells it too. */
const ERRANDS_MS = 10_000;

/** The view. */
export function view(query) {
  let id = query.get('id') ?? undefined;
  let detail;
  let shown = '';
  let waiting;
  let away = [];
  let looked = 0;
  const told = h('p', { class: 'soft', role: 'status' });
  const next = button('Take the next', take, { class: 'main', 'aria-keyshortcuts': 'n', 'data-key': 'next' });
  const stop = button('Stop waiting', () => waiting?.abort(), { hidden: true });
  const errands = h('div');
  const list = h('ul', { class: 'items' });
  const kept = h('div');
  const aside = h('div', { class: 'pane' });
  const root = h('div', { class: 'split' }, h('section', { class: 'list', 'aria-label': 'What I hold' }, h('h1', { class: 'unseen' }, 'My work'),
    h('div', { class: 'row' }, next, stop), told, errands, list, kept), aside);

  const to = (one) => `#/work${one ? `?id=${encodeURIComponent(one)}` : ''}`;

  async function take() {
    if (waiting) return;
    waiting = new AbortController();
    next.disabled = true;
    show(stop, true);
    told.textContent = 'Waiting for work …';
    try {
      for (;;) {
        const said = await call('POST', '/v1/claims', { body: { max: 1, wait_s: WAIT_S }, key: newKey(), signal: waiting.signal });
        const one = said.interactions[0];
        if (one) {
          told.textContent = '';
          location.hash = to(one.id);
          await refresh();
          break;
        }
        if (said.limit) {
          told.textContent = said.limit === 'held_per_agent' ? 'You hold as many as you may.' : `You said that you are ${plain(said.limit)}: nothing is given to you.`;
          break;
        }
        told.textContent = 'Nothing waits for you. The next one comes by itself …';
      }
    } catch (why) {
      told.textContent = waiting.signal.aborted ? '' : why.message;
    }
    waiting = undefined;
    next.disabled = false;
    show(stop, false);
  }

  async function refresh(event) {
    const said = await get('/v1/claims');
    if (Date.now() - looked > ERRANDS_MS) {
      looked = Date.now();
      const { workgroups } = me();
      away = (await get('/v1/errands')).retasked.filter((one) => !workgroups.length || workgroups.includes(one.workgroup));
    }
    draw({ ...said, retasked: away });
    if (detail && (!event?.interaction || event.interaction === detail.id)) await detail.refresh();
  }

  function draw(said) {
    const same = JSON.stringify([said.interactions.map((one) => ({ ...one, left_ms: 0 })), said.kept, said.retasked, id]);
    if (same === shown) return;
    shown = same;
    swap(list, ...said.interactions.map((one) => h('li', {}, row(one, one.id === id, to(one.id),
      [h('span', {}, 'lease ', time(one.available_ms, 'lease')), one.news?.length > 0 && h('span', { class: 'tag new' }, `${one.news.length} new`)]))));
    if (!said.interactions.length) swap(list, h('li', { class: 'empty' }, 'You hold nothing.'));
    swap(kept, said.kept?.length > 0 && [h('h2', {}, 'Kept for you'), h('ul', { class: 'plain-list' }, ...said.kept.map((one) =>
      h('li', {}, h('a', { href: to(one.id), 'data-key': `k-${one.id}` }, one.id), ' from ', time(one.from_ms, 'wall'), ' to ', time(one.until_ms, 'wall'))))]);
    swap(errands, ...said.retasked.map((one) => h('p', { class: 'warn' }, `▲ ${one.workgroup} serves ${one.serves.join(', ')} until `, time(one.until_ms, 'wall'), `, sent by ${one.by}.`)));
  }

  function open(to_) {
    id = to_;
    shown = '';
    root.classList.toggle('opened', Boolean(id));
    detail = id ? panel(id, { back: () => { location.hash = to(); }, changed: refresh }) : undefined;
    swap(aside, detail?.root ?? h('p', { class: 'empty' }, 'Take the next one, or choose one that you hold.'));
  }
  open(id);

  function step(by) {
    const links = [...list.querySelectorAll('a.item')];
    const at = links.findIndex((link) => link.getAttribute('aria-current'));
    links[at < 0 ? 0 : at + by]?.click();
  }

  return {
    root,
    refresh,
    every: 1_000,
    close: () => waiting?.abort(),
    go(next_) {
      if ((next_.get('id') ?? undefined) !== id) {
        open(next_.get('id') ?? undefined);
        refresh().catch((why) => say(why.message, { bad: true }));
      }
      return true;
    },
    keys: {
      n: take, j: () => step(1), k: () => step(-1),
      get c() { return detail?.keys.c; }, get r() { return detail?.keys.r; }, get e() { return detail?.keys.e; }, get t() { return detail?.keys.t; }, get z() { return detail?.keys.z; },
    },
  };
}
