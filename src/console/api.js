// The agents' API, called with the token of this tab.

import { clock } from './dom.js';

const KEY = 'heard.token';

/** What the API says when it does not do it. */
export class Problem extends Error {
  constructor(said, status) {
    super(said.detail ?? said.title ?? 'It did not answer.');
    this.code = said.code ?? 'unreachable';
    this.status = status;
    this.said = said;
  }
}

let token = null;
let who = null;
let lost = () => {};
const kept = new Map();

/** What a token says of itself; not whether it is good, which only the Worker knows. */
export function read(text) {
  const [kind, payload] = text.split('.');
  if (kind !== 'heard1' || !payload) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const said = JSON.parse(new TextDecoder().decode(bytes));
    return { id: String(said.id), role: String(said.role), workgroups: said.workgroups ?? [], until: said.exp * 1000 };
  } catch {
    return null;
  }
}

/** Who is signed in. */
export const me = () => who;

/** Whether supervisors' calls are worth showing: the API refuses them to others anyway. */
export const leads = () => who?.role === 'supervisor';

/** The header that every call brings. */
export const authorization = () => ({ Authorization: `Bearer ${token}` });

/** Signs in with a token; kept in this tab only. */
export function signIn(text) {
  const said = read(text.trim());
  if (!said) return false;
  token = text.trim();
  who = said;
  sessionStorage.setItem(KEY, token);
  return true;
}

/** Signs in with what this tab still has. */
export const remembered = () => {
  const had = sessionStorage.getItem(KEY);
  return Boolean(had) && signIn(had);
};

/** Forgets the token. */
export function signOut(why) {
  token = null;
  who = null;
  kept.clear();
  sessionStorage.removeItem(KEY);
  lost(why);
}

/** What to do when nobody is signed in any more. */
export const onSignOut = (then) => { lost = then; };

/** A key for one try of something that must happen once. */
export const newKey = () => crypto.randomUUID();

/** Calls the API: the answer's document. Throws a [`Problem`]. */
export async function call(method, path, { query, body, key, signal } = {}) {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const url = path + (pairs.length ? `?${new URLSearchParams(pairs)}` : '');
  const headers = authorization();
  const had = method === 'GET' ? kept.get(url) : undefined;
  if (had) headers['If-None-Match'] = had.tag;
  if (body) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const by = token;
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal, credentials: 'omit', cache: 'no-store', redirect: 'error' });
  } catch (why) {
    if (signal?.aborted) throw why;
    throw new Problem({ detail: 'Heard can’t be reached. What you see may be old.' }, 0);
  }
  if (answer.status === 304 && had) return had.value;
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) {
    clock(said.as_of_ms);
    const tag = answer.headers.get('etag');
    if (tag && method === 'GET') {
      if (kept.size > 50) kept.clear();
      kept.set(url, { tag, value: said });
    }
    return said;
  }
  if (answer.status === 401 && by === token) signOut(said.detail);
  throw new Problem(said, answer.status);
}

export const get = (path, query) => call('GET', path, { query });
export const post = (path, body, more = {}) => call('POST', path, { body, ...more });
export const put = (path, body) => call('PUT', path, { body });
export const del = (path, query) => call('DELETE', path, { query });

/** The path of an interaction's call. */
export const at = (id, what) => `/v1/interactions/${encodeURIComponent(id)}${what ? `/${what}` : ''}`;
