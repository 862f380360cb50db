// Agents: who is there, what each can take, what each holds.

import { del, get, leads, post, put } from './api.js';
import { h, button, count, dialog, field, number, say, show, swap, table, time, wall } from './dom.js';
import { PRESENCE } from './words.js';

const SIGN = { available: '●', away: '◐', wrap_up: '◔', offline: '○' };

/** The view. */
export function view() {
  const summary = h('p', { class: 'lead', role: 'status' });
  const body = h('section', { class: 'card' });
  const tokens = h('section', { class: 'card' });
  const root = h('div', { class: 'stack' }, h('h1', {}, 'Agents'), summary, body, tokens);
  show(tokens, leads());
  let seen = '';

  async function refresh() {
    const [said] = await Promise.all([get('/v1/agents'), leads() && bearers(tokens)]);
    const same = JSON.stringify(said.agents);
    if (same === seen) return;
    seen = same;
    const n = (state) => said.agents.filter((one) => one.state === state).length;
    summary.textContent = Object.entries(PRESENCE).map(([state, text]) => `${number(n(state))} ${text.toLowerCase()}`).join(', ');
    const order = Object.keys(PRESENCE);
    const rows = [...said.agents].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.agent.localeCompare(b.agent)).map((one) => {
      const set = one.settings ?? {};
      const hand = (secret) => one.holds.filter((it) => it.private === secret).length;
      const can = [set.languages?.join(', '), set.skills?.join(', ')].filter(Boolean).join(' · ');
      return [
        h('span', {}, one.agent, set.public_name && h('span', { class: 'soft' }, ` signs as ${set.public_name}`)),
        h('span', { class: `presence ${one.state}` }, h('span', { 'aria-hidden': 'true' }, `${SIGN[one.state]} `), PRESENCE[one.state], one.since_ms && [' for ', time(one.since_ms, 'age')], one.until_ms && [', until ', time(one.until_ms, 'wall')]),
        one.seen_ms ? time(one.seen_ms) : '–', one.serves.join(', ') || '–', can || 'anything',
        one.holds.length ? h('details', {}, h('summary', {}, `${number(hand(false))} public, ${number(hand(true))} private`), h('ul', { class: 'plain-list' }, ...one.holds.map((it) =>
          h('li', {}, h('a', { href: `#/queue?id=${encodeURIComponent(it.id)}` }, it.id), ' since ', time(it.since_ms, 'wall'), ', lease ', time(it.until_ms, 'lease'))))) : 'nothing',
        leads() && h('span', {}, button('Set…', () => edit(one, refresh), { 'aria-label': `Set what ${one.agent} does`, 'data-key': `set-${one.agent}` }), ' ',
          button('Let go…', () => remove(one, refresh), { 'aria-label': `Let go… ${one.agent}`, 'data-key': `go-${one.agent}` })),
      ];
    });
    swap(body, rows.length ? table('Agents', ['Agent', 'State', 'Last call', 'Serves', 'Languages and skills', 'Holds', leads() ? 'Settings' : ''], rows) : h('p', { class: 'empty' }, 'Nobody has called yet.'));
  }

  return { root, refresh, every: 5_000 };
}

/** Whose tokens were used here, and which are good no more. */
async function bearers(card) {
  const said = await get('/v1/tokens');
  const same = JSON.stringify(said);
  if (card.dataset.seen === same) return;
  card.dataset.seen = same;
  const rows = said.tokens.map((one) => [
    h('span', {}, h('code', {}, one.id), one.agent && h('span', { class: 'soft' }, ` ${one.agent}`)), one.role ?? 'never used', one.workgroups.join(', ') || 'all',
    one.seen_ms ? time(one.seen_ms) : '–', one.expires_ms ? wall(one.expires_ms) : '–',
    one.revoked_ms ? h('span', {}, '■ revoked by ', one.revoked_by ?? 'somebody') : button('Revoke…', () => revoke(one, card), { 'aria-label': `Revoke the token ${one.id} of ${one.agent ?? 'nobody yet'}`, 'data-key': `revoke-${one.id}` }),
  ]);
  swap(card, h('h2', {}, 'Tokens'), rows.length ? table('Tokens', ['Token', 'Role', 'Workgroups', 'Last used', 'Until', ''], rows) : h('p', { class: 'empty' }, 'None was used yet.'),
    said.cursor && h('p', { class: 'soft' }, 'There are more: GET /v1/tokens lists all.'));
}

/** Ends a token for good. */
function revoke(one, card) {
  dialog('Revoke a token', [h('p', {}, `The token ${one.id}${one.agent ? ` of ${one.agent}` : ''} is good nowhere within seconds. This can’t be taken back: mint another with heard token mint.`)], {
    action: 'Revoke it',
    submit: async () => {
      await post(`/v1/tokens/${encodeURIComponent(one.id)}/revoke`);
      say(`The token ${one.id} is revoked.`);
      await bearers(card);
    },
  });
}

/** Lets an agent go. */
function remove(one, done) {
  const why = h('input', { required: true, maxlength: 500, autocomplete: 'off', placeholder: 'Left the company' });
  dialog(`Let ${one.agent} go`, [
    h('p', {}, 'Settings, presence and public name are gone. ', one.holds.length ? `${count(one.holds.length, 'interaction')} they hold ${one.holds.length === 1 ? 'goes' : 'go'} back to the workgroup. ` : '', 'This can’t be taken back. Revoke their tokens too: whoever calls with a good one is there again.'),
    field('Why', why, 'For the log of deeds.'),
  ], {
    action: 'Let them go',
    danger: true,
    submit: async () => {
      const said = await del(`/v1/agents/${encodeURIComponent(one.agent)}`, { reason: why.value });
      say(`${one.agent} is gone${said.given_back.length ? `; ${count(said.given_back.length, 'interaction')} went back` : ''}.`);
      done();
    },
  });
}

/** Sets what an agent does. All at once: what is left empty is as for anybody. */
function edit(one, done) {
  const set = one.settings ?? {};
  const line = (value) => h('input', { value: (value ?? []).join(', '), autocomplete: 'off' });
  const workgroups = line(set.workgroups);
  const languages = line(set.languages);
  const skills = line(set.skills);
  const open = h('input', { type: 'number', min: 0, max: 100, value: set.capacity?.public ?? '' });
  const secret = h('input', { type: 'number', min: 0, max: 100, value: set.capacity?.private ?? '' });
  const name = h('input', { value: set.public_name ?? '', maxlength: 100, autocomplete: 'off' });
  const split = (input) => {
    const all = input.value.split(',').map((it) => it.trim()).filter(Boolean);
    return all.length ? all : undefined;
  };
  dialog(`What ${one.agent} does`, [
    h('p', { class: 'soft' }, 'With commas between them. What is empty is as for anybody.'),
    field('Workgroups', workgroups, 'Of those of the token.'), field('Languages', languages, 'As en or pt-br.'), field('Skills', skills),
    field('Public work at once', open, `Now ${count(one.holds.filter((it) => !it.private).length, 'in hand', 'in hand')}.`), field('Private work at once', secret), field('Public name', name, 'Stands under replies where the brand signs them.'),
  ], {
    action: 'Save',
    submit: async () => {
      const capacity = open.value || secret.value ? { public: open.value ? Number(open.value) : undefined, private: secret.value ? Number(secret.value) : undefined } : undefined;
      const body = { workgroups: split(workgroups), languages: split(languages), skills: split(skills), capacity, public_name: name.value.trim() || undefined };
      await put(`/v1/agents/${encodeURIComponent(one.agent)}`, body);
      const before = Object.fromEntries(Object.entries(set).filter(([, value]) => value?.length !== 0));
      say(`Saved for ${one.agent}.`, { undo: async () => { await put(`/v1/agents/${encodeURIComponent(one.agent)}`, before); done(); } });
      done();
    },
  });
}
