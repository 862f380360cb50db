// Now: are we on time, and who is there. The first line says it; the rest shows why.

import { get, leads, me } from './api.js';
import { h, button, count, number, percent, say, span, swap, table, time, wall, now } from './dom.js';
import { bars, columns, share } from './chart.js';
import { pause, recall, resume, retask, unsend } from './act.js';
import { LEVELS, PRESENCE, alarm, plain } from './words.js';

/** What an attainment ought to be: nine in ten. */
const GOAL = 0.9;

/** The state in one sentence, and how bad it is. */
export function verdict({ backlog, sla, agents }) {
  const late = backlog.overdue;
  const miss = sla.now.will_miss;
  const needed = sla.now.workgroups.reduce((sum, one) => sum + Math.max(0, (one.agents_needed ?? 0) - one.agents), 0);
  const there = agents.agents.filter((one) => one.state === 'available').length;
  const emergency = backlog.alarms.some((one) => one.what === 'emergency_overdue');
  const more = needed > 0 ? ` ${count(needed, 'more agent')} would prevent it.` : '';
  if (emergency) return { mood: 'bad', says: 'An emergency is past its deadline.', more: `${count(late, 'interaction')} late in all.` };
  if (late) return { mood: 'bad', says: `${count(late, 'interaction')} late.`, more: miss > late ? `${number(miss)} will be in 30 min.${more}` : '' };
  if (miss) return { mood: 'warn', says: `On time now; ${number(miss)} will be late in 30 min.`, more };
  if (backlog.alarms.length) return { mood: 'warn', says: 'On time. Something needs a look.', more: '' };
  if (!backlog.open) return { mood: 'good', says: 'Nobody waits.', more: `${count(there, 'agent')} available.` };
  return { mood: 'good', says: 'All on time.', more: `${number(backlog.waiting)} waiting, ${count(there, 'agent')} available.` };
}

const MARK = { good: '✓', warn: '▲', bad: '■' };

function tile(title, figure, lines, { mood, extra, href } = {}) {
  const inner = [
    h('h3', {}, title), h('p', { class: 'big' }, figure, mood && mood !== 'good' && h('span', { class: `mark ${mood}` }, ` ${MARK[mood]}`)), extra,
    ...lines.filter(Boolean).map((line) => h('p', { class: 'soft' }, line)),
  ];
  return href ? h('a', { class: 'tile', href }, ...inner) : h('div', { class: 'tile' }, ...inner);
}

/** The view. */
export function view() {
  const head = h('section', { class: 'verdict', 'aria-live': 'polite', 'aria-atomic': 'true' });
  const alarms = h('div');
  const tiles = h('div', { class: 'tiles' });
  const charts = h('div', { class: 'charts' });
  const groups = h('section', { class: 'card' });
  const acts = h('section', { class: 'card' });
  const root = h('div', { class: 'stack' }, h('h1', { class: 'unseen' }, 'Now'), head, alarms, tiles, charts, groups, acts);
  let seen = '';
  let headline = '';

  async function refresh() {
    const [backlog, sla, hours, week, agents, errands] = await Promise.all([
      get('/v1/backlog'), get('/v1/sla', { by: 'workgroup' }), get('/v1/sla', { by: 'hour' }), get('/v1/promises', { max: 1 }),
      get('/v1/agents'), get('/v1/errands'),
    ]);
    draw({ backlog, sla, hours, week, agents, errands });
  }

  function draw(all) {
    const { backlog, sla, hours, week, agents, errands } = all;
    const same = JSON.stringify([all, Math.floor(now() / 60_000)], (name, value) => (name === 'as_of_ms' || name === 'seen_ms' || name === 'from_ms' || name === 'to_ms' ? undefined : value));
    if (same === seen) return;
    seen = same;

    const { mood, says, more } = verdict(all);
    // Read aloud only when it says something new.
    if (headline !== says + more) {
      headline = says + more;
      head.className = `verdict ${mood}`;
      swap(head, h('span', { class: 'sign', 'aria-hidden': 'true' }, MARK[mood]), h('p', {}, h('b', {}, says), ' ', more));
    }
    swap(alarms, backlog.alarms.length > 0 && h('ul', { class: 'alarms', 'aria-label': 'Alarms' }, ...backlog.alarms.map((one) =>
      h('li', {}, h('span', { class: 'mark bad', 'aria-hidden': 'true' }, '■ '), alarm(one), one.since_ms && [' · for ', time(one.since_ms, 'age')]))));

    const first = sla.total.first_reply;
    const states = Object.keys(PRESENCE).map((state) => [state, agents.agents.filter((one) => one.state === state).length]);
    const available = states[0][1];
    const held = sla.now.groups.reduce((sum, one) => sum + one.held, 0);
    const snoozed = sla.now.groups.reduce((sum, one) => sum + one.snoozed, 0);
    const paused = backlog.paused.length;
    const kept = week.kept;
    swap(tiles,
      tile('Open', number(backlog.open), [`${number(backlog.waiting)} waiting, ${number(backlog.leased)} held`, snoozed > 0 && `${number(snoozed)} put off`], { href: '#/queue' }),
      tile('Oldest', backlog.oldest_ms ? time(backlog.oldest_ms, 'age') : '–', [backlog.oldest_ms ? `since ${wall(backlog.oldest_ms)}` : 'nothing is open'], { href: '#/queue?order=deadline' }),
      tile('Late', number(backlog.overdue), [`${number(sla.now.groups.reduce((sum, one) => sum + one.due_soon, 0))} due in 30 min`], { mood: backlog.overdue ? 'bad' : 'good', href: '#/queue?order=deadline&overdue=true' }),
      tile('Will be late in 30 min', number(sla.now.will_miss), ['at today’s pace'], { mood: sla.now.will_miss ? 'warn' : 'good' }),
      tile('First reply on time, 24 h', percent(first.attainment), [first.n ? `${number(first.n - first.missed)} of ${number(first.n)}` : 'no first reply yet', first.p50_ms !== null && `half within ${span(first.p50_ms)}, 9 in 10 within ${span(first.p90_ms)}`],
        { extra: share(first.attainment, GOAL), mood: first.attainment !== null && first.attainment < GOAL ? 'warn' : 'good' }),
      tile('Promises kept, 7 days', percent(kept.rate), [`${number(kept.kept)} of ${number(kept.promises)}`, `${number(week.open)} open, ${number(week.at_risk)} at risk, ${number(week.broken)} broken`],
        { extra: share(kept.rate, GOAL), mood: week.broken ? 'bad' : week.at_risk ? 'warn' : 'good' }),
      tile('Agents available', number(available), [states.slice(1).filter(([, n]) => n).map(([state, n]) => `${number(n)} ${PRESENCE[state].toLowerCase()}`).join(', ') || 'nobody else'], { href: '#/agents' }),
      tile('Acknowledgments', paused ? 'Paused' : 'On', [paused ? backlog.paused.map((one) => one.source ?? 'all').join(', ') : 'notes go out'], { mood: paused ? 'warn' : 'good', href: leads() ? '#/acks' : undefined }));

    const byGroup = sla.now.groups.map((one) => ({ label: one.key, parts: [one.claimable, one.held, one.snoozed], note: one.late > 0 && h('b', { class: 'late' }, ` · ${number(one.late)} late`) }));
    const byLevel = Object.entries(backlog.by_level).sort(([a], [b]) => b - a).map(([level, n]) => ({ label: LEVELS[level] ?? level, parts: [n] }));
    const points = hourly(hours);
    const hour = (ms) => wall(ms);
    swap(charts,
      bars('Open by workgroup', ['Waiting', 'Held', 'Put off'], byGroup),
      bars('Open by level', ['Open'], byLevel),
      columns('First replies by hour', points, { of: 'first reply', part: 'late', hour }));

    const rows = sla.now.groups.map((one) => {
      const pace = sla.now.workgroups.find((it) => it.workgroup === one.key);
      const away = backlog.retasked.find((it) => it.workgroup === one.key);
      return [
        h('span', {}, one.key, away && h('span', { class: 'tag' }, `on an errand until ${wall(away.until_ms)}`)), number(one.claimable), number(one.held), number(one.snoozed),
        one.late ? h('b', { class: 'late' }, number(one.late)) : '0', one.oldest_ms ? time(one.oldest_ms, 'age') : '–', number(one.will_miss ?? 0),
        pace ? `${number(pace.agents)}${pace.agents_needed !== null && pace.agents_needed > pace.agents ? ` (needs ${pace.agents_needed})` : ''}` : '–',
        pace ? number(Math.round(pace.answered_per_hour * 10) / 10) : '–',
        leads() && button('Send…', () => open(one.key), { 'aria-label': `Send the agents of ${one.key} to other work`, 'data-key': `send-${one.key}` }),
      ];
    });
    swap(groups, h('h2', {}, 'Workgroups'), table('Workgroups', ['Workgroup', 'Waiting', 'Held', 'Put off', 'Late', 'Oldest', 'Late in 30 min', 'Agents at work', 'Answers an hour', leads() ? 'Errand' : ''], rows),
      !rows.length && h('p', { class: 'soft' }, 'Nothing is open in your workgroups.'));

    const names = [...new Set([...sla.now.groups.map((one) => one.key), ...Object.keys(backlog.by_workgroup), ...agents.agents.flatMap((one) => one.serves), ...me().workgroups, ...errands.templates.map((one) => one.workgroup)])].sort();
    const open = (workgroup) => retask({ workgroup, workgroups: names, templates: errands.templates, done: refresh });
    const running = errands.retasked.map((one) => h('li', {}, h('b', {}, one.workgroup), ` serves ${one.serves.join(', ')} until ${wall(one.until_ms)}, sent by ${one.by} `,
      leads() && button('Call back', () => recall(one.workgroup, refresh), { 'data-key': `back-${one.workgroup}` })));
    const undos = errands.undo.filter(() => leads()).map((one) => h('li', {}, `${one.workgroup}: before, they served ${one.serves.join(', ') || 'their own work'} `,
      button('Undo the last change', async () => {
        try {
          await unsend(one.workgroup, refresh);
        } catch (why) {
          say(why.message, { bad: true });
        }
      }, { 'data-key': `undo-${one.workgroup}` })));
    const pauses = backlog.paused.map((one) => h('li', {}, `Acknowledgments of ${one.source ?? 'all sources'} are paused: ${one.reason} (${one.by}, `, time(one.since_ms), ') ',
      leads() && button('Resume', () => resume(one.source ?? undefined, refresh).catch((why) => say(why.message, { bad: true })), { 'data-key': `resume-${one.source}` })));
    const surges = (backlog.surges ?? []).map((one) => h('li', {}, `Many of ${one.source} are ${plain(one.situation)}, `, time(one.since_ms), `; ${count(one.notes, 'note')} said so`));
    const errandList = [...running, ...undos, ...pauses, ...surges];
    swap(acts, h('div', { class: 'row between' }, h('h2', {}, 'Errands and pauses'),
      leads() && h('div', { class: 'row' }, button('Send a workgroup…', () => open(names[0]), { class: 'main', 'data-key': 'send' }),
        button('Pause acknowledgments…', async () => pause({ sources: await sources(), done: refresh }), { 'data-key': 'pause' }))),
    errandList.length ? h('ul', { class: 'plain-list' }, ...errandList) : h('p', { class: 'soft' }, 'Every workgroup does its own work.'));
  }

  return { root, refresh, every: 5_000 };
}

/** The names of the sources, for a choice. */
export async function sources() {
  try {
    return (await get('/v1/sources')).sources.map((one) => one.id);
  } catch {
    return [];
  }
}

/** One point for each hour, those without a reply too. */
function hourly(hours) {
  const HOUR = 3_600_000;
  const by = new Map(hours.groups.map((one) => [Date.parse(one.key) || Number(one.key), one.first_reply]));
  const points = [];
  for (let at = Math.floor(hours.from_ms / HOUR) * HOUR; at < hours.to_ms && points.length < 48; at += HOUR) {
    const one = by.get(at);
    points.push({ at, n: one?.n ?? 0, part: one?.missed ?? 0 });
  }
  return points;
}
