// What is asked in dialogs. Supervisors send a workgroup to other work and silence the acknowledgments: both are shown
// before they are done, and can be taken back.

import { get, me, post } from './api.js';
import { h, button, choice, count, dialog, field, number, say, show, table, wall } from './dom.js';
import { plain } from './words.js';

const HOURS = [[1800, '30 minutes'], [3600, '1 hour'], [7200, '2 hours'], [14400, '4 hours'], [28800, '8 hours']];

const path = (workgroup) => `/v1/workgroups/${encodeURIComponent(workgroup)}/assign`;

/** Sends a workgroup's agents to other work: asks, shows what would come of it, does it, offers to undo it. */
export function retask({ workgroup, workgroups, templates, done }) {
  const from = choice(workgroups, workgroup);
  const length = choice(HOURS.map(([value, text]) => [String(value), text]), '7200');
  const boxes = workgroups.map((one) => h('input', { type: 'checkbox', value: one }));
  const preset = templates.length > 0 && choice([['', 'None: as chosen below'], ...templates.map((one) => [one.name, one.name])], '');
  const preview = h('div', { class: 'preview', 'aria-live': 'polite' });
  const template = () => templates.find((one) => one.name === preset?.value);
  const asked = () => (template() ? { template: template().name } : { serves: boxes.filter((box) => box.checked).map((box) => box.value), for_s: Number(length.value) });

  let turn = 0;
  const look = async () => {
    const mine = ++turn;
    const body = asked();
    show(by, !template());
    if (template()) from.value = template().workgroup;
    from.disabled = Boolean(template());
    shown.go.disabled = true;
    if (!body.template && !body.serves.length) {
      preview.replaceChildren(h('p', { class: 'soft' }, 'Choose what they are to serve.'));
      return;
    }
    try {
      const said = await post(path(from.value), { ...body, dry_run: true });
      if (mine !== turn) return;
      const agents = said.agents ?? [];
      const rows = (said.workgroups ?? []).map((one) => [one.workgroup, number(one.open), number(one.late), `${one.agents_before} → ${one.agents_after}`, one.present_after === undefined ? 'not known' : `${one.present_before} → ${one.present_after}`]);
      preview.replaceChildren(
        h('p', {}, h('b', {}, count(agents.length, 'agent')), ` would serve ${said.serves.join(', ')} until ${wall(said.until_ms)}`,
          agents.length ? `: ${agents.join(', ')}.` : '. Nobody of this workgroup has used a token that is still good.'),
        said.unserved?.length > 0 && h('p', { class: 'warn' }, `Nobody would be left for ${said.unserved.join(', ')}; emergencies are served all the same.`),
        table('What it changes', ['Workgroup', 'Open', 'Late', 'Agents', 'Of them there now'], rows));
      shown.go.disabled = false;
    } catch (why) {
      if (mine === turn) preview.replaceChildren(h('p', { class: 'wrong' }, why.message));
    }
  };
  const by = h('div', {}, h('fieldset', {}, h('legend', {}, 'To the work of'), ...boxes.map((box) => h('label', { class: 'check' }, box, box.value))), field('For', length));
  const shown = dialog('Send a workgroup to other work', [
    preset && field('A prepared errand', preset), field('The agents of', from), by, preview,
  ], {
    action: 'Send them',
    submit: async () => {
      const to = from.value;
      const said = await post(path(to), asked());
      say(`The agents of ${to} serve ${said.serves.join(', ')} until ${wall(said.until_ms)}.`, { undo: () => unsend(to, done) });
      done();
    },
  });
  for (const control of [from, length, preset, ...boxes]) control && control.addEventListener('change', look);
  look();
}

/** Takes the last errand of a workgroup, or its recall, back. */
export async function unsend(workgroup, done) {
  await post(path(workgroup), { undo: true });
  done();
}

/** Calls a workgroup's agents back to their own work. */
export async function recall(workgroup, done) {
  try {
    await post(path(workgroup), { serves: [] });
    say(`The agents of ${workgroup} are back at their own work.`, { undo: () => unsend(workgroup, done) });
  } catch (why) {
    say(why.message, { bad: true });
  }
  done();
}

/** Silences the acknowledgments of a source or of all. */
export function pause({ source = '', sources, done }) {
  const which = choice([['', 'All sources'], ...sources], source);
  const why = h('input', { required: true, maxlength: 500, autocomplete: 'off', placeholder: 'A mistake in our wording' });
  const preview = h('p', { class: 'preview', 'aria-live': 'polite' });
  const look = async () => {
    try {
      const said = await get('/v1/acks', { state: 'planned', max: 50 });
      const planned = said.acks.filter((one) => !which.value || one.source === which.value).length;
      preview.textContent = `From now on no note goes out${which.value ? ` from ${which.value}` : ''}. `
        + (planned ? `${count(planned, 'note')} about to be sent will be withdrawn, for good.` : 'None is about to be sent.');
    } catch (wrong) {
      preview.textContent = wrong.message;
    }
  };
  which.addEventListener('change', look);
  dialog('Pause acknowledgments', [field('Of', which), field('Why', why, 'Others see it.'), preview], {
    action: 'Pause',
    danger: true,
    submit: async () => {
      const of = which.value || undefined;
      await post('/v1/acks/pause', { reason: why.value, source: of });
      say(`Acknowledgments are paused${of ? ` for ${of}` : ''}.`, { undo: () => resume(of, done, true) });
      done();
    },
  });
  look();
}

/** Lets the acknowledgments out again. */
export async function resume(source, done, quietly) {
  await post('/v1/acks/resume', { source });
  if (!quietly) say(`Acknowledgments go out again${source ? ` for ${source}` : ''}.`);
  done();
}

const BECAME = {
  done: 'done', already: 'so already', not_found: 'not found', ended: 'ended before', held: 'held by an agent', emergency: 'an unanswered emergency',
  unheard: 'its author has written since', not_served: 'the agent does not serve it', full: 'has too many tags', unavailable: 'could not be asked',
};

function told(said) {
  const by = new Map();
  for (const one of said.outcomes) by.set(one.outcome, (by.get(one.outcome) ?? 0) + 1);
  return h('ul', {}, ...[...by].map(([outcome, n]) => h('li', {}, `${number(n)}: ${BECAME[outcome] ?? outcome}`)));
}

/** Does the same to many: shows first for how many it can be done. */
export function bulk({ ids, as_of_ms, outcomes, onlyThese, agents, workgroups, done }) {
  const kind = choice([['resolve', 'End them'], ['tag', 'Tag them'], ['assign', 'Give them to somebody']], 'resolve');
  const outcome = h('input', { required: true, maxlength: 100, list: 'outcomes', autocomplete: 'off' });
  const outcomeList = h('datalist', { id: 'outcomes' }, ...outcomes.map((value) => h('option', { value })));
  const note = h('input', { maxlength: 2000, autocomplete: 'off' });
  const add = h('input', { autocomplete: 'off' });
  const remove = h('input', { autocomplete: 'off' });
  const agent = choice([['', 'Nobody by name'], ...agents], '');
  const workgroup = choice([['', 'Its own'], ...workgroups], '');
  const parts = {
    resolve: h('div', {}, field('Outcome', onlyThese ? choice(outcomes, outcomes[0]) : outcome), outcomeList, field('Note', note)),
    tag: h('div', {}, field('Add', add, 'Tags, with commas between them.'), field('Take off', remove)),
    assign: h('div', {}, field('To', agent), field('Of workgroup', workgroup)),
  };
  const outcomeOf = parts.resolve.querySelector('select, input');
  const preview = h('div', { class: 'preview', 'aria-live': 'polite' });
  const split = (input) => input.value.split(',').map((one) => one.trim()).filter(Boolean);
  const asked = () => {
    if (kind.value === 'resolve') return { do: 'resolve', ids, outcome: outcomeOf.value, note: note.value || undefined, as_of_ms };
    if (kind.value === 'tag') return { do: 'tag', ids, add: split(add), remove: split(remove) };
    return { do: 'assign', ids, agent: agent.value || undefined, workgroup: workgroup.value || undefined };
  };
  const change = () => {
    for (const [of, part] of Object.entries(parts)) show(part, of === kind.value);
    outcomeOf.required = kind.value === 'resolve';
    preview.replaceChildren();
  };
  kind.addEventListener('change', change);
  const check = button('Show what would come of it', async () => {
    try {
      preview.replaceChildren(told(await post('/v1/interactions/bulk', { ...asked(), dry_run: true })));
    } catch (why) {
      preview.replaceChildren(h('p', { class: 'wrong' }, why.message));
    }
  });
  dialog(count(ids.length, 'interaction'), [field('Do', kind), ...Object.values(parts), check, preview], {
    action: 'Do it',
    submit: async () => {
      const said = await post('/v1/interactions/bulk', asked());
      const left = ids.length - said.done;
      say(`Done for ${number(said.done)}${left ? `; ${number(left)} stay as they are` : ''}.`);
      done();
    },
  });
  change();
}

/** Agents and workgroups, for a choice. */
export async function people() {
  const said = await get('/v1/agents');
  const agents = said.agents.map((one) => [one.agent, `${one.agent} (${plain(one.state)})`]);
  const workgroups = [...new Set([...said.agents.flatMap((one) => one.serves), ...me().workgroups])].sort();
  return { agents, workgroups };
}

/** Asks for one line. */
export function ask(title, label, { action, submit, multiline, hint }) {
  const input = h(multiline ? 'textarea' : 'input', { required: true, maxlength: 2_000, autocomplete: 'off', rows: multiline && 4 });
  dialog(title, field(label, input, hint), { action, submit: () => submit(input.value) });
}
