// One interaction: the customer, what was said, why it was judged so, what was done, and what can be done now.

import { at, get, leads, me, newKey, post } from './api.js';
import { h, button, choice, count, dialog, field, link, name, number, percent, say, show, swap, time, wall } from './dom.js';
import { ACKS, DANGERS, KINDS, LEVELS, PROMISES, SITUATIONS, STATES, capital, plain } from './words.js';
import { ask, people } from './act.js';
import { composer } from './composer.js';

/** How much of a text is shown at first. */
const SHOWN = 1_500;

/** A level, in words and by a sign. */
export const level = (n) => h('span', { class: `level l${n}` }, LEVELS[n] ?? `Level ${n}`);

/** Who wrote it. */
export const customer = (one) => name(one.author?.name ?? one.author?.handle ?? one.author?.id);

/** A stranger's text: as it is, in its own direction, a long one folded. */
function text(said) {
  const node = h('p', { class: 'text', dir: 'auto' });
  if (said.length <= SHOWN + 200) {
    node.textContent = said;
    return node;
  }
  const cut = /[\uD800-\uDBFF]$/.test(said.slice(0, SHOWN)) ? SHOWN - 1 : SHOWN;
  node.textContent = `${said.slice(0, cut)}…`;
  const more = button(`Show all ${number(said.length)} characters`, () => {
    node.textContent = said;
    more.remove();
  });
  return [node, more];
}

const media = (list = []) => list.length > 0 && h('ul', { class: 'media' }, ...list.map((one) =>
  h('li', {}, one.url ? link(one.url, capital(one.kind)) : capital(one.kind), one.caption && [': ', name(one.caption)])));

function saying(kind, who, ms, body, marks = []) {
  return h('li', { class: `said ${kind}` }, h('header', {}, h('b', {}, who), ' ', ms && time(ms), ...marks.filter(Boolean).map((mark) => h('span', { class: 'tag' }, mark))), body);
}

/** All that was said, in the order of time. */
function conversation(one) {
  const items = [];
  const put = (ms, node) => items.push({ ms, node });
  const fresh = new Set((one.news ?? []).map((post) => post.id));
  for (const above of one.thread ?? []) {
    put(above.created_ms, saying(above.ours ? 'us' : 'them', above.ours ? 'Us, above' : name(above.author?.name ?? above.author?.handle ?? above.author?.id), above.created_ms,
      [text(above.text), media(above.media), above.permalink && link(above.permalink, 'On the platform')], ['above this post']));
  }
  for (const said of one.posts) {
    put(said.created_ms, saying('them', customer(one), said.created_ms, [
      said.state === 'deleted' ? h('p', { class: 'soft' }, 'Deleted by its author.') : text(said.text), said.quoted && h('blockquote', { dir: 'auto' }, said.quoted),
      media(said.media), said.permalink && link(said.permalink, 'On the platform'),
    ], [plain(said.kind), said.state === 'edited' && 'edited', said.cut && 'cut at 64 KiB', said.copies > 1 && `came ${said.copies} times`, fresh.has(said.id) && 'new']));
  }
  for (const ack of one.acks ?? [one.ack].filter(Boolean)) {
    const promise = ack.promise && `${PROMISES[ack.promise.state] ?? ack.promise.state} promise: a person answers by ${wall(ack.promise.by_ms)}`;
    put(ack.changed_ms, saying('heard', 'Heard, automatically', ack.changed_ms, [h('p', { class: 'text', dir: 'auto', lang: ack.lang }, ack.text), ack.why && h('p', { class: 'soft' }, ack.why), promise && h('p', { class: 'soft' }, promise)], [ACKS[ack.state] ?? ack.state]));
  }
  for (const reply of one.replies ?? []) {
    put(reply.at_ms, saying('us', reply.agent, reply.at_ms, [h('p', { class: 'text', dir: 'auto' }, reply.text || 'Erased with the post that it answers.'), reply.why && h('p', { class: 'wrong' }, reply.why)], [reply.state === 'unknown' ? 'may have arrived' : reply.state]));
  }
  for (const note of one.notes ?? []) {
    put(note.at_ms, saying('note', note.who, note.at_ms, h('p', { class: 'text', dir: 'auto' }, note.text || 'Erased with the post that it quotes.'), ['note, for colleagues']));
  }
  return h('ol', { class: 'conversation' }, ...items.sort((a, b) => a.ms - b.ms).map((item) => item.node));
}

/** Why it was judged so: of the newest post that is still there. */
function reasons(one) {
  const post = one.posts.findLast((said) => said.state !== 'deleted') ?? one.posts.at(-1);
  if (!post) return null;
  const it = post.triage;
  const facts = [
    it.danger && `Danger: ${plain(it.danger)}`, it.despair && 'May want to harm themselves',
    it.situation ? `${capital(it.situation)} (${percent(it.situation_chance)})` : it.likely && `Probably ${plain(it.likely)}`,
    it.stated && `For ${it.stated.n} ${it.stated.of}`, ...(it.facts ?? []).map(capital), it.who && it.who !== 'author' && `Concerns a ${it.who}`,
    it.actual && it.actual !== 'now' && `Speaks of: ${plain(it.actual)}`,
  ].filter(Boolean);
  const most = Math.max(1, ...it.reasons.map((reason) => Math.abs(reason.weight)));
  return h('details', { class: 'card', open: true, 'data-fold': 'why' }, h('summary', {}, h('h3', {}, 'Why')),
    h('p', {}, capital(it.kind), `, urgency ${it.urgency} of 100, in ${it.lang}`), facts.length > 0 && h('ul', { class: 'tags' }, ...facts.map((fact) => h('li', { class: 'tag' }, fact))),
    h('ul', { class: 'reasons' }, ...it.reasons.map((reason) => h('li', {}, h('span', { dir: 'auto' }, reason.what), h('meter', { min: 0, max: most, value: Math.abs(reason.weight), 'aria-label': `Weight of ${reason.what}` }),
      h('span', { class: 'figure' }, `${reason.weight < 0 ? '−' : '+'}${Math.abs(reason.weight).toFixed(1)}`)))),
    h('p', { class: 'soft' }, post.ack === 'planned' ? 'A note was planned for it.' : `No note for it: ${plain(post.ack)}.`, post.rule && [' ', post.rule.says]));
}

function person(one) {
  const who = one.author;
  const earlier = (one.earlier ?? []).map((had) => h('li', {}, h('a', { href: `#/queue?id=${encodeURIComponent(had.id)}` }, h('b', {}, capital(had.kind)), ' ', time(had.opened_ms)), ' · ', STATES[had.state] ?? had.state,
    had.outcome && `: ${had.outcome}`, had.situation && ` · ${plain(had.situation)}`, had.text && h('p', { class: 'soft', dir: 'auto' }, had.text),
    ...(had.said ?? []).map((said) => h('p', { class: 'soft' }, h('b', {}, said.who === 'heard' ? 'Heard' : said.who), ': ', name(said.text)))));
  return h('details', { class: 'card', open: true, 'data-fold': 'person' }, h('summary', {}, h('h3', {}, 'Customer')),
    h('p', {}, h('b', {}, customer(one)), who?.handle && [' ', name(`@${who.handle.replace(/^@/, '')}`)], who?.followers > 0 && ` · ${count(who.followers, 'follower')}`, who?.bot && ' · a bot', who?.staff && ' · one of us'),
    one.suggested && h('p', {}, h('b', {}, 'Suggested: '), h('span', { dir: 'auto' }, one.suggested.text), h('span', { class: 'soft' }, ` (${one.suggested.answer}; to take or to leave)`)),
    who?.aliases?.length > 0 && h('p', { class: 'soft' }, 'Also known as ', ...who.aliases.flatMap((alias) => [name(alias), ' '])),
    earlier.length ? [h('h4', {}, 'Before'), h('ul', { class: 'plain-list' }, ...earlier)] : h('p', { class: 'soft' }, 'Nothing from them before.'));
}

const history = (one) => h('details', { class: 'card', 'data-fold': 'history' }, h('summary', {}, h('h3', {}, 'History')),
  h('ol', { class: 'plain-list' }, ...(one.history ?? []).map((did) => h('li', {}, time(did.at_ms, 'wall'), ' ', h('b', {}, did.who), ` ${plain(did.did)}`, did.detail && `: ${did.detail}`))),
  (one.corrections ?? []).map((was) => h('p', { class: 'soft' }, `${was.by} says that it should have been: ${Object.entries(was.right).map(([of, value]) => `${plain(of)} ${plain(value)}`).join(', ')} `, time(was.at_ms))));

/** Says that a post was judged wrongly. */
function correct(one, done) {
  const last = one.posts.at(-1);
  const same = ['', 'As it is'];
  const post_ = choice(one.posts.map((said, n) => [said.id, `${n + 1}. ${said.text.slice(0, 60)}`]), last?.id);
  const kind = choice([same, ...KINDS.map((value) => [value, capital(value)])], '');
  const of = choice([same, ...LEVELS.map((text_, n) => [String(n), text_])], '');
  const situation = choice([same, ['none', 'None of these'], ...SITUATIONS.map((value) => [value, capital(value)])], '');
  const danger = choice([same, ['none', 'None'], ...DANGERS.map((value) => [value, capital(value)])], '');
  const out = choice([same, ['false', 'Nothing should have gone out'], ['true', 'A note should have gone out']], '');
  dialog('This was wrong', [
    h('p', { class: 'soft' }, 'What should have been said of it? The queue stays as it is; the next model learns from it.'),
    one.posts.length > 1 && field('Post', post_), field('Kind', kind), field('Level', of), field('Situation', situation), field('Danger', danger), field('Acknowledgment', out),
  ], {
    action: 'Correct it',
    submit: async () => {
      await post(at(one.id, 'corrections'), {
        post: post_.value || undefined, kind: kind.value || undefined, level: of.value ? Number(of.value) : undefined, situation: situation.value || undefined,
        danger: danger.value || undefined, acknowledge: out.value ? out.value === 'true' : undefined,
      });
      say('Thank you. It is kept with what was judged.');
      done();
    },
  });
}

/** Reads what the customer left on the details page. For the holder alone, and written down. */
async function left(one) {
  const said = await get(at(one.id, 'details'));
  const list = said.details.map((it) => h('li', { class: 'card' }, h('p', { class: 'soft' }, time(it.at_ms, 'wall')), it.unread ? h('p', { class: 'wrong' }, `It can’t be read: ${plain(it.unread)}.`) : h('dl', { class: 'keys' },
    ...[['Wish', it.wish && plain(it.wish)], ['Phone', it.phone && name(it.phone)], ['Reference', it.reference && name(it.reference)], ['Photo', it.photo && link(it.photo, 'Open the link')]]
      .filter(([, value]) => value).flatMap(([what, value]) => [h('dt', {}, what), h('dd', {}, value)]))));
  dialog('What the customer left', [h('p', { class: 'soft' }, 'It is written down that you read it.'), h('ol', { class: 'plain-list' }, ...list)]);
}

/** Invites the author from a public post to a private conversation. */
function invite(one, done) {
  const key = newKey();
  const way = one.private;
  const words = h('textarea', { required: true, rows: 4, maxlength: 5_000, dir: 'auto' });
  dialog('Invite to a private conversation', [
    h('p', {}, `By ${plain(way.how)}`, way.until_ms && [', until ', time(way.until_ms, 'wall')], '. ', h('span', { class: 'soft' }, way.rule.says)),
    field('What to say', words, way.link ? `Everybody reads it, and behind it: ${way.link}` : '{details} becomes a link to the details page.'),
  ], {
    action: 'Invite',
    submit: async () => {
      const said = await post(at(one.id, 'invite'), { lease: one.lease, text: words.value, seen: one.cursor }, { key });
      if (said.retry_ms) throw new Error(`The platform asked to wait until ${wall(said.retry_ms)}.`);
      if (said.state === 'refused') throw new Error(`The platform refused it: ${said.why ?? 'it does not say why'}`);
      say(said.state === 'sent' ? 'The invitation is sent.' : 'The invitation may have arrived: look on the platform.', { bad: said.state !== 'sent' });
      done();
    },
  });
}

/** Gives one to an agent or a workgroup, even from its holder. */
async function assign(one, done) {
  const { agents, workgroups } = await people();
  const agent = choice([['', 'Nobody by name'], ...agents], '');
  const workgroup = choice([['', `${one.workgroup}, as now`], ...workgroups.filter((of) => of !== one.workgroup)], '');
  dialog('Give it to', [one.holder && h('p', { class: 'warn' }, `${one.holder} holds it and would lose it.`), field('Agent', agent), field('Workgroup', workgroup)], {
    action: 'Assign',
    submit: async () => {
      await post(at(one.id, 'assign'), { agent: agent.value || undefined, workgroup: workgroup.value || undefined });
      const before = { agent: one.assigned, workgroup: workgroup.value ? one.workgroup : undefined };
      const back = before.agent || before.workgroup;
      say(`Assigned to ${agent.value || workgroup.value}.`, back ? { undo: async () => { await post(at(one.id, 'assign'), before); done(); } } : {});
      done();
    },
  });
}

/** The panel of one interaction. */
export function panel(id, { back, changed }) {
  const title = h('h2', { tabindex: '-1', id: 'one' });
  const facts = h('div', { class: 'facts' });
  const acts = h('div', { class: 'row acts' });
  const tags = h('div');
  const talk = h('section', { 'aria-label': 'What was said' });
  const side = h('div', { class: 'aside' });
  const wrong = h('p', { class: 'wrong', role: 'alert', hidden: true });
  const root = h('article', { class: 'one', 'aria-labelledby': 'one' },
    h('div', { class: 'row between' }, button('← Back', back, { class: 'back' }), h('code', { class: 'soft' }, id)),
    title, facts, wrong, acts, tags, talk);
  let shown = '';
  let one;
  let writer;

  async function refresh() {
    try {
      draw(await look());
      show(wrong, false);
    } catch (why) {
      wrong.textContent = why.message;
      show(wrong, true);
    }
  }

  /** The interaction; with its lease and what is new where the viewer holds it. */
  async function look() {
    const found = await get(at(id));
    if (found.state !== 'leased' || found.holder !== me().id) return found;
    const { interactions } = await get('/v1/claims');
    const { lease, news, cursor } = interactions.find((held) => held.id === id) ?? {};
    return { ...found, lease, news, cursor: cursor ?? found.cursor };
  }

  /** Does something, shows what became of it, or what was said instead. */
  const act = (what) => async () => {
    try {
      await what();
    } catch (why) {
      say(why.code === 'unheard' ? 'Its author has written since. Read it, then do it again.' : why.message, { bad: true });
    }
    await refresh();
    changed();
  };
  const done = () => { refresh(); changed(); };

  async function claim() {
    const said = await post('/v1/claims', { id }, { key: newKey() });
    if (said.interactions.length) say('It is yours.');
    else throw new Error(said.limit ? `You have as many as you may (${plain(said.limit)}).` : 'It is not to be had.');
  }

  function draw(next) {
    one = next;
    const same = JSON.stringify(one);
    if (same === shown) return;
    shown = same;
    const mine = one.state === 'leased' && Boolean(one.lease);
    swap(title, customer(one), ' ', level(one.level));
    swap(facts,
      h('span', { class: 'tag' }, STATES[one.state] ?? one.state, one.holder && ` by ${mine ? 'you' : one.holder}`, one.state === 'done' && one.outcome && `: ${one.outcome}`),
      h('span', {}, `${capital(one.kind)} · ${one.source} · ${one.workgroup} · ${one.lang}`),
      h('span', {}, 'opened ', time(one.opened_ms)),
      one.owed_ms && one.state !== 'done' && h('span', {}, 'answer due: ', time(one.deadline_ms, 'left'), ` (${wall(one.deadline_ms)})`),
      mine && h('span', {}, 'lease: ', time(one.available_ms, 'lease')),
      one.details && h('span', { class: 'tag' }, `left ${count(one.details.n, 'detail')} for us`, one.details.wish && `: ${plain(one.details.wish)}`),
      one.assigned && h('span', {}, `assigned to ${one.assigned}`), one.skills?.length > 0 && h('span', {}, `needs ${one.skills.join(', ')}`));
    const can = [];
    if (one.state === 'waiting') can.push(button('Claim', act(claim), { class: 'main', 'data-key': 'claim', 'aria-keyshortcuts': 'c' }));
    if (mine) {
      can.push(
        button('Resolve…', () => writer.resolve(), { class: 'main', 'data-key': 'resolve', 'aria-keyshortcuts': 'e' }), button('Transfer…', () => writer.transfer(), { 'data-key': 'transfer', 'aria-keyshortcuts': 't' }),
        button('Snooze…', () => writer.snooze(), { 'data-key': 'snooze', 'aria-keyshortcuts': 'z' }), button('Give back…', () => writer.release(), { 'data-key': 'release' }),
        button('Keep longer', act(() => writer.extend()), { 'data-key': 'extend' }));
    }
    if (mine && one.private) can.push(button('Invite to private…', () => invite(one, done), { 'data-key': 'invite' }));
    if (mine && one.details) can.push(button('Read what they left…', act(() => left(one)), { 'data-key': 'left' }));
    if (one.state === 'done') can.push(button('Reopen…', () => ask('Open it again', 'Why', { action: 'Reopen', submit: async (reason) => { await post(at(id, 'reopen'), { reason }); say('It is open again.'); done(); } }), { 'data-key': 'reopen' }));
    if (one.state === 'dead' && leads()) can.push(button('Another chance', act(async () => { await post(at(id, 'redrive')); say('It is offered again.'); }), { 'data-key': 'redrive' }));
    if (leads() && ['waiting', 'leased'].includes(one.state)) can.push(button('Assign…', act(() => assign(one, done)), { 'data-key': 'assign' }));
    can.push(button('Note…', () => ask('A note for colleagues', 'Note', { action: 'Write', multiline: true, submit: async (text_) => { await post(at(id, 'notes'), { text: text_ }); done(); } }), { 'data-key': 'note' }));
    can.push(button('This was wrong…', () => correct(one, done), { 'data-key': 'correct' }));
    swap(acts, ...can);

    const adding = h('input', { 'aria-label': 'Add a tag', placeholder: 'Add a tag', maxlength: 64, autocomplete: 'off', 'data-key': 'tag' });
    const add = h('form', { class: 'inline', onsubmit: (event) => { event.preventDefault(); if (adding.value.trim()) act(() => post(at(id, 'tags'), { add: [adding.value.trim()] }))(); } }, adding);
    swap(tags, h('ul', { class: 'tags', 'aria-label': 'Tags' }, ...(one.tags ?? []).map((tag) => h('li', { class: 'tag' }, tag, button('×', act(() => post(at(id, 'tags'), { remove: [tag] })), { class: 'close', 'aria-label': `Take the tag ${tag} off` }))), h('li', {}, add)));
    swap(talk, conversation(one));

    // The folds stay as the viewer left them.
    const folds = new Map([...side.querySelectorAll('[data-fold]')].map((fold) => [fold.dataset.fold, fold.open]));
    swap(side, person(one), reasons(one), history(one));
    for (const fold of side.querySelectorAll('[data-fold]')) if (folds.has(fold.dataset.fold)) fold.open = folds.get(fold.dataset.fold);

    if (mine && !writer) {
      writer = composer(() => one, { done, act });
      root.append(writer.root);
    }
    if (!mine && writer) {
      writer.root.remove();
      writer = undefined;
    }
    writer?.renew();
  }

  const more = h('div', { class: 'detail' }, root, side);
  refresh().then(() => title.focus({ preventScroll: true }));
  return {
    root: more,
    id,
    refresh,
    keys: {
      c: () => acts.querySelector('[data-key=claim]')?.click(),
      r: () => writer?.focus(),
      e: () => acts.querySelector('[data-key=resolve]')?.click(),
      t: () => acts.querySelector('[data-key=transfer]')?.click(),
      z: () => acts.querySelector('[data-key=snooze]')?.click(),
    },
  };
}
