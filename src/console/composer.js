// Answering: the reply with its check, and the ways on for what one holds.

import { at, get, newKey, post } from './api.js';
import { h, button, choice, dialog, field, number, say, show, swap, wall } from './dom.js';
import { ask, people } from './act.js';

/** How long after the last key a reply is checked. */
const CHECK_MS = 600;
/** How often writing prolongs the lease. */
const EXTEND_MS = 60_000;

/** What was begun and not sent, by interaction: kept while the tab is open, and nowhere else. */
const drafts = new Map();

/** The part of the panel where a reply is written. `one()` is the interaction as it was shown last. */
export function composer(one, { done, act }) {
  const box = h('textarea', { rows: 4, dir: 'auto', 'data-key': 'reply', 'aria-keyshortcuts': 'r' });
  const canned = h('div');
  const length = h('span', { class: 'soft', 'aria-live': 'off' });
  const found = h('ul', { class: 'findings', 'aria-live': 'polite', 'aria-label': 'What the check found' });
  const send = h('button', { type: 'submit', class: 'main' }, 'Send the reply');
  const label = field('Your reply', box, 'Ctrl+Enter sends it. The customer sees it; notes are for colleagues.');
  // Only who gets the message may read the link: in public there is none to be had.
  const details = one().in_private && button('Link to the details page', () => link().catch((why) => say(why.message, { bad: true })), { 'data-key': 'details-link' });
  const form = h('form', { class: 'composer' }, label, canned, found, h('div', { class: 'row between' }, length, details, send));
  let key = newKey();
  let timer;
  let checks = 0;
  let extended = Date.now();
  let sending = false;

  const lease = () => one().lease;
  const seen = () => one().cursor;

  box.value = drafts.get(one().id) ?? '';
  box.addEventListener('input', () => {
    drafts.set(one().id, box.value);
    // Another text is another reply.
    key = newKey();
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_MS);
    if (Date.now() - extended > EXTEND_MS) extend().catch(() => {});
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  const warnings = (list = []) => swap(found, ...list.map((one_) => h('li', { class: one_.held ? 'wrong' : 'warn' },
    h('b', {}, one_.held ? '■ Held back: ' : '▲ Look again: '), one_.says, one_.at && [' (', h('q', {}, one_.at), ')'])));

  async function check() {
    const mine = ++checks;
    if (!box.value.trim()) {
      length.textContent = '';
      warnings();
      return;
    }
    try {
      const said = await post(at(one().id, 'reply'), { lease: lease(), text: box.value }, { query: { check: true } });
      if (mine !== checks) return;
      tell(said.length);
      warnings(said.warnings);
    } catch (why) {
      if (mine !== checks) return;
      if (why.code === 'text_too_long') tell(why.said);
      warnings([...(why.said?.warnings ?? []), ...(why.code === 'reply_held' ? [] : [{ held: true, says: why.message }])]);
    }
  }

  function tell(how) {
    if (!how?.max) return;
    length.textContent = `${number(how.is)} of ${number(how.max)} ${how.unit}${how.is > how.max ? ': too long' : ''}`;
    length.classList.toggle('late', how.is > how.max);
  }

  /** Puts a link to the details page at the end of what is written. */
  async function link() {
    const said = await post(at(one().id, 'details-link'), { lease: lease(), seen: seen() });
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n${said.link}` : said.link;
    box.dispatchEvent(new Event('input'));
    box.focus();
    say(`It is good until ${wall(said.until_ms)}.`);
  }

  async function extend() {
    extended = Date.now();
    await post(at(one().id, 'extend'), { lease: lease(), seen: seen() });
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (sending || !box.value.trim()) return;
    sending = true;
    send.disabled = true;
    const text = box.value;
    try {
      const said = await post(at(one().id, 'reply'), { lease: lease(), text, seen: seen() }, { key });
      if (said.state === 'sent') {
        say('The reply is sent.');
        box.value = '';
        drafts.delete(one().id);
        length.textContent = '';
        key = newKey();
        warnings();
      } else if (said.retry_ms) {
        say(`The platform asked to wait until ${wall(said.retry_ms)}. Send it again then: it goes once.`, { bad: true });
      } else if (said.state === 'unknown') {
        say('It may have arrived. Look on the platform before you write it again.', { bad: true, stays: 120_000 });
      } else {
        say(`The platform refused it: ${said.why ?? 'it does not say why'}`, { bad: true });
        key = newKey();
      }
    } catch (why) {
      if (why.code === 'reply_held') warnings(why.said.warnings);
      if (why.code === 'text_too_long') tell(why.said);
      say(why.code === 'unheard' ? 'Its author has written since. Read it, then send again.' : why.message, { bad: true });
    }
    sending = false;
    send.disabled = false;
    done();
  });

  async function answers() {
    try {
      const said = await get('/v1/answers', { lang: one().lang, interaction: one().id });
      if (!said.answers.length) return;
      const pick = choice([['', 'Choose one to begin with'], ...said.answers.map((answer) => [answer.id, answer.id])], '');
      pick.addEventListener('change', () => {
        const chosen = said.answers.find((answer) => answer.id === pick.value);
        if (!chosen) return;
        box.value = box.value.trim() ? `${box.value.trimEnd()}\n${chosen.text}` : chosen.text;
        box.dispatchEvent(new Event('input'));
        box.focus();
        const slot = box.value.search(/\{\w+\}/);
        if (slot >= 0) box.setSelectionRange(slot, box.value.indexOf('}', slot) + 1);
        pick.value = '';
      });
      swap(canned, field('Written beforehand', pick));
    } catch {
      // Without them one writes by oneself.
    }
  }
  answers();
  if (box.value) check();

  async function resolve() {
    const said = await get('/v1/answers', { lang: one().lang }).catch(() => ({ outcomes: [], only_these: false }));
    const list = h('datalist', { id: 'ends' }, ...said.outcomes.map((value) => h('option', { value })));
    const outcome = said.only_these ? choice(said.outcomes, said.outcomes[0]) : h('input', { required: true, maxlength: 100, list: 'ends', autocomplete: 'off', value: said.outcomes[0] ?? 'answered' });
    const note = h('textarea', { rows: 2, maxlength: 2_000 });
    dialog('How did it end?', [field('Outcome', outcome), list, field('Note', note, 'For whoever reads it later; may be empty.')], {
      action: 'Resolve',
      submit: async () => {
        const { id } = one();
        await post(at(id, 'resolve'), { lease: lease(), outcome: outcome.value, note: note.value || undefined, seen: seen() });
        drafts.delete(id);
        say('It is ended.', { undo: async () => { await post(at(id, 'reopen'), { reason: 'ended by mistake' }); done(); } });
        done();
      },
    });
  }

  async function transfer() {
    const { agents, workgroups } = await people();
    const agent = choice([['', 'Nobody by name'], ...agents.filter(([of]) => of !== one().holder)], '');
    const workgroup = choice([['', `${one().workgroup}, as now`], ...workgroups.filter((of) => of !== one().workgroup)], '');
    const note = h('textarea', { rows: 3, required: true, maxlength: 2_000 });
    dialog('Hand it on', [field('To', agent, 'They have it first, for five minutes.'), field('Workgroup', workgroup), field('Note', note, 'What they must know.')], {
      action: 'Transfer',
      submit: async () => {
        await post(at(one().id, 'transfer'), { lease: lease(), note: note.value, agent: agent.value || undefined, workgroup: workgroup.value || undefined, seen: seen() });
        say(`Handed on to ${agent.value || workgroup.value || 'the workgroup'}.`);
        done();
      },
    });
  }

  function snooze() {
    const from = new Date();
    const morning = new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1, 9);
    const pick = choice([['30', 'In 30 minutes'], ['60', 'In 1 hour'], ['180', 'In 3 hours'], ['morning', 'Tomorrow at 9:00'], ['at', 'At another time']], '60');
    const when = h('input', { type: 'datetime-local' });
    const when_ = field('When', when, 'In your time zone.');
    const reason = h('input', { maxlength: 500, autocomplete: 'off' });
    show(when_, false);
    pick.addEventListener('change', () => {
      show(when_, pick.value === 'at');
      when.required = pick.value === 'at';
    });
    dialog('Back to you', [field('When', pick), when_, field('Why', reason), h('p', { class: 'soft' }, 'What is unanswered comes back by its deadline, an emergency at once.')], {
      action: 'Snooze',
      submit: async () => {
        const until = pick.value === 'morning' ? morning.getTime() : pick.value === 'at' ? new Date(when.value).getTime() : Date.now() + Number(pick.value) * 60_000;
        await post(at(one().id, 'snooze'), { lease: lease(), until_ms: until, reason: reason.value || undefined, seen: seen() });
        say('It comes back to you.');
        done();
      },
    });
  }

  return {
    root: form,
    focus: () => box.focus(),
    renew: () => {},
    extend,
    resolve: () => act(resolve)(),
    transfer: () => act(transfer)(),
    snooze,
    release: () => ask('Give it back to the queue', 'Why', {
      action: 'Give back',
      submit: async (reason) => {
        await post(at(one().id, 'release'), { lease: lease(), reason, seen: seen() });
        say('It is back in the queue.');
        done();
      },
    }),
  };
}
