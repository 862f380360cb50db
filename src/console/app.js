// The console: signing in, the frame around the views, the keys, and what keeps them up to date.

import { call, leads, me, onSignOut, put, remembered, signIn, signOut } from './api.js';
import { h, button, choice, dialog, field, say, show, swap, time, zone } from './dom.js';
import { follow } from './live.js';
import { PRESENCE } from './words.js';
import * as now from './now.js';
import * as queue from './queue.js';
import * as work from './work.js';
import * as agents from './agents.js';
import * as sources from './sources.js';
import * as acks from './acks.js';
import * as listening from './listening.js';

/** The views: address, name, key after `g`, whether only supervisors may see it, and what makes it. */
const VIEWS = [
  { at: 'now', says: 'Now', key: 'n', make: now.view },
  { at: 'queue', says: 'Queue', key: 'q', make: queue.view },
  { at: 'work', says: 'My work', key: 'w', make: work.view },
  { at: 'agents', says: 'Agents', key: 'a', make: agents.view },
  { at: 'listening', says: 'Listening', key: 'l', make: listening.view },
  { at: 'sources', says: 'Sources', key: 's', leads: true, make: sources.view },
  { at: 'acks', says: 'Acknowledgments', key: 'k', leads: true, make: acks.view },
];

/** Even where the stream tells of all that happens, time goes on: projections and clocks are read again. */
const STALE_MS = 30_000;
/** How often the viewer's own presence is read again. */
const PRESENCE_MS = 60_000;

const app = document.getElementById('app');

/** Takes a token out of the address, so that it stands in no history and on no screenshot. */
function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!given) return undefined;
  history.replaceState(null, '', location.pathname);
  return given;
}

function gate(why) {
  document.title = 'Heard: sign in';
  const token = h('textarea', { rows: 4, required: true, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', placeholder: 'heard1.…', autofocus: true });
  const wrong = h('p', { class: 'wrong', role: 'alert', hidden: !why }, why);
  const form = h('form', { class: 'card gate', onsubmit: async (event) => {
    event.preventDefault();
    show(wrong, false);
    if (!signIn(token.value)) return tell('This is not a token of Heard’s: it begins with heard1.');
    try {
      await enter();
    } catch (problem) {
      tell(problem.message);
    }
  } }, h('img', { src: '/console/icon.svg', alt: '', width: 48, height: 48 }), h('h1', {}, 'Heard'),
  field('Your token', token, 'Your supervisor makes it: heard token mint. It is kept in this tab only, until you close it.'), wrong, h('button', { type: 'submit', class: 'main' }, 'Sign in'));
  const tell = (text) => {
    wrong.textContent = text;
    show(wrong, true);
    token.focus();
  };
  swap(app, h('main', { class: 'outside' }, form));
  token.focus();
}

let leave = () => {};

async function enter() {
  // Held to be good only once the Worker says so.
  const there = await call('GET', '/v1/me');
  leave();
  leave = frame(there);
}

function frame(there) {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const views = VIEWS.filter((view) => !view.leads || leads());
  const links = views.map((view) => h('a', { href: `#/${view.at}`, 'data-at': view.at }, view.says));
  const mode = h('p', { class: 'mode', role: 'status' });
  const state = choice(Object.entries(PRESENCE), there.state, { id: 'state', 'aria-label': 'Whether you are there' });
  const main = h('main', { id: 'main', tabindex: '-1' });
  const wrong = h('p', { class: 'wrong banner', role: 'alert', hidden: true });
  const skip = h('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); main.focus(); } }, 'Skip to what matters');
  const who = me();
  state.addEventListener('change', async () => {
    try {
      state.value = (await put('/v1/me', { state: state.value })).state;
      say(`You are ${PRESENCE[state.value].toLowerCase()}.`);
    } catch (why) {
      say(why.message, { bad: true });
    }
  });
  swap(app, skip,
    h('header', { class: 'top' }, h('a', { class: 'brand', href: '#/now' }, h('img', { src: '/console/icon.svg', alt: '', width: 24, height: 24 }), 'Heard'),
      h('nav', { 'aria-label': 'Views' }, ...links),
      h('div', { class: 'me' }, mode, h('span', { class: 'who' }, who.id, h('span', { class: 'soft' }, ` ${who.role}`)), state,
        button('?', help, { 'aria-label': 'Keys and help', title: 'Keys and help' }), button('Sign out', () => signOut()))),
    wrong, main,
    h('footer', { class: 'soft' }, `Times are in ${zone}. `, 'Your token is good until ', time(who.until, 'wall'), '.'));

  let view;
  let at;
  let timer;
  let running = false;
  let again;
  let lastRun = 0;

  /** Brings the view up to date: at once, but not oftener than it wants, and never twice at the same time. */
  function renew(event = {}) {
    if (running) {
      again = again ? {} : event;
      return;
    }
    clearTimeout(timer);
    const wait = Math.max(0, lastRun + (view?.every ?? 1_000) - Date.now());
    // Of several events in that time, all are meant.
    again = again ? {} : event;
    timer = setTimeout(run, wait);
  }
  async function run() {
    const mine = view;
    const event = again;
    again = undefined;
    running = true;
    lastRun = Date.now();
    try {
      await mine.refresh(event);
      show(wrong, false);
    } catch (why) {
      if (mine === view && me()) {
        wrong.textContent = why.status === 403 ? 'Your token does not let you see this.' : why.message;
        show(wrong, true);
      }
    }
    running = false;
    if (again) renew(again);
  }

  function route() {
    const [path, text = ''] = location.hash.replace(/^#\/?/, '').split('?');
    const query = new URLSearchParams(text);
    const next = views.find((one) => one.at === path) ?? views[0];
    if (next.at === at && view.go?.(query)) return;
    view?.close?.();
    at = next.at;
    view = next.make(query);
    document.title = `Heard: ${next.says}`;
    for (const link of links) {
      if (link.dataset.at === at) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    links.find((link) => link.dataset.at === at)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    swap(main, view.root);
    window.scrollTo(0, 0);
    lastRun = 0;
    again = undefined;
    if (running) again = {};
    else run();
  }

  const stop = follow({
    changed: renew,
    mode: (to) => {
      swap(mode, h('span', { class: `dot ${to}`, 'aria-hidden': 'true' }), { live: 'Live', looking: 'Looks every 4 s', away: 'Not connected' }[to]);
    },
  });
  const stale = setInterval(() => { if (!document.hidden && Date.now() - lastRun > STALE_MS) renew(); }, 5_000);
  // Wrap-up ends by itself, and what was said in another tab holds here too.
  const presence = setInterval(async () => {
    if (document.hidden || document.activeElement === state) return;
    try {
      state.value = (await call('GET', '/v1/me')).state;
    } catch {
      // The view says what is wrong.
    }
  }, PRESENCE_MS);
  window.addEventListener('hashchange', () => {
    // A new link of `heard dev` opened in this tab.
    const token = fromAddress();
    if (token) return begin(token);
    route();
  }, { signal });
  document.addEventListener('keydown', keys(() => view, views), { signal });
  route();

  return () => {
    lifetime.abort();
    stop();
    clearInterval(stale);
    clearInterval(presence);
    clearTimeout(timer);
    view?.close?.();
    for (const box of document.querySelectorAll('dialog')) box.close();
  };
}

const SINGLE = 'heard.keys';
const single = () => sessionStorage.getItem(SINGLE) !== 'off';

/** Keys without a modifier: never while something is written, and they can be switched off. */
function keys(view, views) {
  let prefix = 0;
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]')) return;
    const { target } = event;
    if (target.matches('input:not([type=checkbox]), textarea, select')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    if (!single()) return;
    const { key } = event;
    let does;
    if (Date.now() - prefix < 1_500) {
      const to = views.find((one) => one.key === key);
      if (to) does = () => { location.hash = `#/${to.at}`; };
      prefix = 0;
    }
    if (!does && key === 'g') {
      prefix = Date.now();
      return;
    }
    if (!does && key === '?') does = help;
    if (!does && key === 'u') does = () => [...document.querySelectorAll('.toast .undo')].at(-1)?.click();
    if (!does && key === 'Escape') does = () => document.querySelector('.split.opened .back')?.click();
    does ??= view()?.keys?.[key];
    if (!does) return;
    event.preventDefault();
    does();
  };
}

function help() {
  const key = (text) => h('kbd', {}, text);
  const list = [
    [[key('g'), ' then ', key('n q w a s k')], 'Now, Queue, My work, Agents, Sources, Acknowledgments'],
    [[key('j'), ' ', key('k')], 'the next in the list, the one before'], [[key('/')], 'search'], [[key('n')], 'My work: take the next'], [[key('c')], 'claim the one that is open'],
    [[key('r')], 'write a reply'], [[key('Ctrl'), ' ', key('Enter')], 'send it'], [[key('e')], 'resolve'], [[key('t')], 'transfer'], [[key('z')], 'snooze'], [[key('x')], 'choose the one that is open, for several at once'],
    [[key('u')], 'undo what the last message says'], [[key('Esc')], 'close, or back to the list'], [[key('?')], 'this'],
  ];
  const box = h('input', { type: 'checkbox', checked: single(), onchange: () => sessionStorage.setItem(SINGLE, box.checked ? 'on' : 'off') });
  dialog('Keys', [h('dl', { class: 'keys' }, ...list.flatMap(([what, does]) => [h('dt', {}, ...what), h('dd', {}, does)])), h('label', { class: 'check' }, box, 'Single keys do something'),
    h('p', { class: 'soft' }, 'What you see: your workgroups’ work. Whose turn it is stands in the order of the queue, never colour alone. Nothing you see is kept by this browser once the tab is closed.')]);
}

async function begin(given) {
  onSignOut((why) => {
    leave();
    leave = () => {};
    document.getElementById('said').replaceChildren();
    gate(why);
  });
  if (given ? !signIn(given) : !remembered()) return gate(given && 'The address had no token that can be read.');
  try {
    await enter();
  } catch (why) {
    if (why.status === 403) {
      signOut();
      return gate('This token is not one of an agent or a supervisor.');
    }
    if (me()) gate(why.message);
  }
}

// Said once, so that a mistake of ours is seen and not just a page that stands still.
window.addEventListener('unhandledrejection', (event) => {
  if (event.reason?.name !== 'AbortError') say(event.reason?.message ?? 'Something went wrong.', { bad: true });
});

begin(fromAddress());
