// Queue: what is there, in which order, and one of it beside.

import { get, leads, me } from './api.js';
import { h, button, choice, count, number, show, swap, time } from './dom.js';
import { customer, level, panel } from './interaction.js';
import { bulk, people } from './act.js';
import { LEVELS, PLATFORMS, SITUATIONS, STATES, capital } from './words.js';

const PAGE = 30;

/** One interaction in a list. */
export function row(one, chosen, to, mark) {
  const post = one.posts.findLast((said) => said.state !== 'deleted') ?? one.posts.at(-1);
  return h('a', { class: `item${chosen ? ' chosen' : ''}`, href: to, 'aria-current': chosen ? 'true' : null, 'data-key': `i-${one.id}` },
    h('span', { class: 'row between' }, h('b', {}, customer(one)), level(one.level)),
    h('span', { class: 'snippet', dir: 'auto' }, (post?.text ?? '').slice(0, 160) || (post?.state === 'deleted' ? 'Deleted by its author.' : 'No text.')),
    h('span', { class: 'soft row' },
      h('span', {}, one.state === 'leased' ? `Held by ${one.holder === me().id ? 'you' : one.holder}` : STATES[one.state] ?? one.state), h('span', {}, one.source),
      one.owed_ms && one.state !== 'done' ? time(one.deadline_ms, 'left') : h('span', {}, 'opened ', time(one.opened_ms)), mark,
      ...(one.tags ?? []).map((tag) => h('span', { class: 'tag' }, tag))));
}

/** The list's own place in the address: its filters, and which one is open. */
const place = (filters, id) => {
  const query = new URLSearchParams(Object.entries({ ...filters, id }).filter(([, value]) => value));
  return `#/queue${query.size ? `?${query}` : ''}`;
};

/** The view. `query` is what stands in the address. */
export function view(query) {
  const { id: first, ...given } = Object.fromEntries(query);
  let filters = { order: 'rank', ...given };
  let id = first;
  let pages = 1;
  let cursors = [undefined];
  let shown = '';
  let listed = [];
  let asOf;
  const chosen = new Set();

  const words = h('input', { type: 'search', name: 'q', value: filters.q ?? '', placeholder: 'Search words and names', 'aria-label': 'Search words and names', 'aria-keyshortcuts': '/', autocomplete: 'off' });
  const any = (text) => ['', text];
  const control = {
    order: choice([['rank', 'By rank'], ['deadline', 'Soonest deadline'], ['opened', 'Newest'], ['updated', 'Changed last']], filters.order, { 'aria-label': 'Order' }),
    state: choice([any('Any state'), ['open', 'Open'], ...Object.entries(STATES)], filters.state ?? '', { 'aria-label': 'State' }),
    level: choice([any('Any level'), ...LEVELS.map((text, n) => [String(n), text])], filters.level ?? '', { 'aria-label': 'Level' }),
    workgroup: choice([any('Any workgroup'), ...(filters.workgroup ? [filters.workgroup] : [])], filters.workgroup ?? '', { 'aria-label': 'Workgroup' }),
    platform: choice([any('Any platform'), ...PLATFORMS], filters.platform ?? '', { 'aria-label': 'Platform' }),
    situation: choice([any('Any situation'), ...SITUATIONS.map((value) => [value, capital(value)])], filters.situation ?? '', { 'aria-label': 'Situation' }),
    lang: h('input', { value: filters.lang ?? '', placeholder: 'Language', 'aria-label': 'Language, as en or pt-br', size: 8, autocomplete: 'off' }),
    tag: h('input', { value: filters.tag ?? '', placeholder: 'Tag', 'aria-label': 'Tag', size: 10, autocomplete: 'off' }),
    holder: h('input', { value: filters.holder ?? '', placeholder: 'Held by', 'aria-label': 'Held by', size: 10, autocomplete: 'off' }),
    source: h('input', { value: filters.source ?? '', placeholder: 'Source', 'aria-label': 'Source', size: 10, autocomplete: 'off' }),
    since: h('input', { type: 'datetime-local', value: filters.since ?? '', 'aria-label': 'Opened since' }),
  };
  const late = h('input', { type: 'checkbox', checked: filters.overdue === 'true' });
  const more = h('details', { open: ['platform', 'situation', 'lang', 'tag', 'holder', 'source', 'since'].some((name) => filters[name]) }, h('summary', {}, 'More filters'),
    h('div', { class: 'row' }, control.platform, control.situation, control.lang, control.tag, control.holder, control.source, h('label', { class: 'check' }, 'since ', control.since)));
  const form = h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
    words, h('div', { class: 'row' }, control.order, control.state, control.level, control.workgroup, h('label', { class: 'check' }, late, 'Late only')), more);
  const wrong = h('p', { class: 'wrong', role: 'alert', hidden: true });
  const tally = h('p', { class: 'soft', role: 'status' });
  const bar = h('div', { class: 'row bulk', hidden: true });
  const list = h('ul', { class: 'items' });
  const further = button('Show more', () => { pages += 1; refresh(); }, { hidden: true });
  const aside = h('div', { class: 'pane' });
  const root = h('div', { class: 'split' }, h('section', { class: 'list', 'aria-label': 'Queue' }, h('h1', { class: 'unseen' }, 'Queue'), form, wrong, bar, tally, list, further), aside);
  let detail;

  function asked() {
    const of = Object.fromEntries(Object.entries(control).map(([name, input]) => [name, input.value.trim()]));
    return { ...of, q: words.value.trim(), overdue: late.checked ? 'true' : '', author: filters.author ?? '' };
  }
  function filter() {
    filters = asked();
    pages = 1;
    cursors = [undefined];
    chosen.clear();
    history.replaceState(null, '', place(filters, id));
    refresh();
  }
  let typing;
  form.addEventListener('change', filter);
  words.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 350);
  });

  const query_ = () => {
    const { since, ...rest } = filters;
    return { ...rest, since: since ? new Date(since).getTime() : undefined, max: PAGE };
  };

  let turn = 0;
  async function refresh(event) {
    const mine = ++turn;
    try {
      const found = [];
      let next;
      let indexing = false;
      for (let page = 0; page < pages; page += 1) {
        const said = await get('/v1/interactions', { ...query_(), cursor: cursors[page] });
        found.push(...said.interactions);
        indexing ||= said.indexing;
        next = said.cursor;
        cursors[page + 1] = next ?? undefined;
        if (!next) break;
      }
      if (mine !== turn) return;
      asOf = Date.now();
      show(wrong, false);
      draw(found, next, indexing);
    } catch (why) {
      if (mine !== turn) return;
      wrong.textContent = why.message;
      show(wrong, true);
    }
    if (detail && (!event?.interaction || event.interaction === detail.id)) await detail.refresh();
  }

  function draw(found, next, indexing) {
    listed = found;
    const same = JSON.stringify([found, id, [...chosen]]);
    show(further, Boolean(next));
    tally.textContent = `${count(found.length, 'interaction')}${next ? ', and more' : ''}${indexing ? '. Older posts are still being put into the search.' : ''}`;
    if (same === shown) return;
    shown = same;
    for (const gone of [...chosen]) if (!found.some((one) => one.id === gone)) chosen.delete(gone);
    swap(list, ...found.map((one) => h('li', {}, leads() && h('input', {
      type: 'checkbox', checked: chosen.has(one.id), 'aria-label': `Choose ${one.author?.name ?? one.id}`, 'data-key': `c-${one.id}`,
      onchange: (event) => { event.target.checked ? chosen.add(one.id) : chosen.delete(one.id); choose(); },
    }), row(one, one.id === id, place(filters, one.id)))));
    if (!found.length) swap(list, h('li', { class: 'empty' }, 'Nothing fits.'));
    choose();
  }

  function choose() {
    show(bar, chosen.size > 0);
    if (!chosen.size) return;
    swap(bar, h('b', {}, `${number(chosen.size)} chosen`), button('Do something to them…', many, { class: 'main', 'data-key': 'many' }), button('Choose none', () => { chosen.clear(); shown = ''; draw(listed); }, { 'data-key': 'none' }));
  }
  async function many() {
    const [{ agents, workgroups }, ends] = await Promise.all([people(), get('/v1/answers')]);
    bulk({ ids: [...chosen].slice(0, 100), as_of_ms: asOf, outcomes: ends.outcomes, onlyThese: ends.only_these, agents, workgroups, done: () => { chosen.clear(); refresh(); } });
  }

  function open(next) {
    id = next;
    root.classList.toggle('opened', Boolean(id));
    shown = '';
    if (listed.length) draw(listed, cursors[pages]);
    detail = id ? panel(id, { back: () => { location.hash = place(filters); }, changed: refresh }) : undefined;
    swap(aside, detail?.root ?? h('p', { class: 'empty' }, 'Choose one to see who wrote it, what was said, and why it is here.'));
  }
  open(id);

  people().then(({ workgroups }) => {
    for (const one of workgroups) if (one !== filters.workgroup) control.workgroup.append(h('option', { value: one }, one));
  }).catch(() => {});

  /** The one before or after. */
  function step(by) {
    const at = listed.findIndex((one) => one.id === id);
    const next = listed[at < 0 ? 0 : at + by];
    if (next) location.hash = place(filters, next.id);
  }

  return {
    root,
    refresh,
    every: 2_000,
    /** The address changed within the view. */
    go(next) {
      const { id: to, ...given_ } = Object.fromEntries(next);
      const same = new URLSearchParams(place(filters).split('?')[1] ?? '').toString() === new URLSearchParams(Object.entries(given_)).toString();
      if (!same && !to) return false;
      if (to !== id) open(to);
      return true;
    },
    keys: {
      j: () => step(1),
      k: () => step(-1),
      '/': () => words.focus(),
      x: () => root.querySelector(`[data-key="c-${CSS.escape(id ?? '')}"]`)?.click(),
      get c() { return detail?.keys.c; }, get r() { return detail?.keys.r; }, get e() { return detail?.keys.e; }, get t() { return detail?.keys.t; }, get z() { return detail?.keys.z; },
    },
  };
}
