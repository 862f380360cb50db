// What changes, as it happens: a stream of events where the Worker has one, else a look every few seconds.
//
// The stream is read with `fetch`, because `EventSource` sends no Authorization header and a token has no place in a URL.

import { authorization, me, signOut } from './api.js';

/** How often views are looked at anew where nothing tells of changes. */
const LOOK_MS = 4_000;
/** A stream that says nothing for so long, not even a comment, is begun anew. */
const SILENT_MS = 120_000;
/** How soon a Worker without a stream is asked again. */
const AGAIN_MS = 300_000;

/** Reads events from the text of a stream. Gives a function to feed with pieces. */
export function reader(told) {
  let rest = '';
  let event = fresh();
  function fresh() {
    return { type: 'message', data: [], id: undefined };
  }
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length || event.id !== undefined) told({ type: event.type, data: event.data.join('\n'), id: event.id });
        event = fresh();
        continue;
      }
      if (line.startsWith(':')) continue;
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') event.type = value;
      else if (name === 'data') event.data.push(value);
      else if (name === 'id' && !value.includes('\0')) event.id = value;
    }
  };
}

/**
 * Follows what happens until `stop` is called. `changed({type, interaction, workgroup})` is called for each event, and
 * without an interaction where anything may have changed; `mode` with `live`, `looking` or `away`.
 */
export function follow({ changed, mode }) {
  let last;
  let ended = false;
  let abort = new AbortController();
  let now;
  let looks;

  const set = (next) => {
    if (now !== next) mode(now = next);
  };
  const look = (on) => {
    if (on === Boolean(looks)) return;
    clearInterval(looks);
    looks = on ? setInterval(() => { if (!document.hidden) changed({}); }, LOOK_MS) : undefined;
  };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const seen = () => { if (!document.hidden) changed({}); };
  document.addEventListener('visibilitychange', seen);

  async function read(answer) {
    const pieces = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const feed = reader(({ type, data, id }) => {
      if (id !== undefined) last = id;
      let said = {};
      try {
        said = JSON.parse(data || '{}');
      } catch {
        // An event in words we don't know still tells that something happened.
      }
      // One with an id alone is the stream's sign of life. `ready` and `reset` name no interaction: all is looked at.
      if (data) changed({ type: said.type ?? type, interaction: said.data?.interaction, workgroup: said.data?.workgroup });
    });
    for (;;) {
      const silent = setTimeout(() => abort.abort(), SILENT_MS);
      const { done, value } = await pieces.read().finally(() => clearTimeout(silent));
      if (done) return;
      feed(value);
    }
  }

  async function run() {
    let wait = 1_000;
    while (!ended) {
      abort = new AbortController();
      try {
        const headers = { ...authorization(), Accept: 'text/event-stream' };
        if (last !== undefined) headers['Last-Event-ID'] = last;
        const answer = await fetch('/v1/events', { headers, signal: abort.signal, credentials: 'omit', cache: 'no-store', redirect: 'error' });
        if (ended) return;
        if (answer.status === 401) {
          const said = await answer.json().catch(() => ({}));
          if (me()) signOut(said.detail);
          return;
        }
        if (answer.status === 404 || answer.status === 403) {
          set('looking');
          look(true);
          await pause(AGAIN_MS);
          continue;
        }
        // 410 and 422: the place in the stream is no longer good, so begin at now.
        if (answer.status === 410 || answer.status === 422) last = undefined;
        if (answer.ok && answer.headers.get('content-type')?.startsWith('text/event-stream')) {
          set('live');
          look(false);
          // What happened between the last look and the stream's begin.
          changed({});
          wait = 1_000;
          await read(answer);
        } else {
          set('looking');
          look(true);
        }
      } catch {
        if (ended) return;
        set(navigator.onLine ? 'looking' : 'away');
        look(true);
      }
      // Not all consoles at once after a deploy.
      await pause(wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 30_000);
    }
  }
  run();

  return function stop() {
    ended = true;
    abort.abort();
    look(false);
    document.removeEventListener('visibilitychange', seen);
  };
}
