// Elements, numbers and times. Everything that is shown is set as text: what strangers wrote is never read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attrs, children) {
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else if (value === true) node.setAttribute(name, '');
    else node.setAttribute(name, String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** An HTML element with its attributes, handlers (`onclick` and so on) and children; strings become text. */
export const h = (name, attrs, ...children) => fill(document.createElement(name), attrs, children);

/** An SVG element. */
export const s = (name, attrs, ...children) => fill(document.createElementNS(SVG, name), attrs, children);

/** Puts new children into a node, and the focus back to where it was, by `data-key`. */
export function swap(node, ...children) {
  const had = node.contains(document.activeElement) ? document.activeElement.dataset?.key : undefined;
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  if (had) node.querySelector(`[data-key="${CSS.escape(had)}"]`)?.focus({ preventScroll: true });
}

/** Hides an element or shows it. */
export const show = (node, yes) => node.toggleAttribute('hidden', !yes);

/** A name that somebody chose for themselves: kept from reordering what stands around it. */
export const name = (text) => h('bdi', {}, text || 'unknown');

let skew = 0;

/** Learns the server's clock from an answer that tells it. */
export function clock(asOf) {
  if (Number.isFinite(asOf)) skew = asOf - Date.now();
}

/** Now, by the server's clock. */
export const now = () => Date.now() + skew;

/** A length of time, with its unit. */
export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  if (minutes < 1) return `${Math.floor(Math.abs(ms) / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const short = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** The hour and minute in the viewer's time zone, with the day where it is not today. */
export function wall(ms) {
  const at = new Date(ms);
  const today = new Date(now()).toDateString() === at.toDateString();
  return (today ? short : day).format(at);
}

/** The viewer's time zone. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const says = {
  ago: (ms) => `${span(now() - ms)} ago`,
  age: (ms) => span(now() - ms),
  left: (ms) => (ms >= now() ? `${span(ms - now())} left` : `${span(now() - ms)} late`),
  lease: (ms) => (ms >= now() ? `${span(ms - now())} left` : 'run out'),
  wall,
};

function tick(node) {
  const at = Number(node.dataset.at);
  const text = says[node.dataset.as](at);
  if (node.textContent !== text) node.textContent = text;
  node.classList.toggle('late', ['left', 'lease'].includes(node.dataset.as) && at < now());
}

/** A time that goes on by itself: `ago`, `age`, `left`, `lease` or `wall`. */
export function time(ms, as = 'ago') {
  const at = new Date(ms);
  const node = h('time', { datetime: at.toISOString(), title: full.format(at), 'data-at': ms, 'data-as': as });
  tick(node);
  return node;
}

setInterval(() => {
  if (!document.hidden) document.querySelectorAll('time[data-at]').forEach(tick);
}, 1000);

/** A count with its noun. */
export const count = (n, one, many = one.endsWith('y') ? `${one.slice(0, -1)}ies` : `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const grouped = new Intl.NumberFormat();

/** A number as the viewer writes it. */
export const number = (n) => grouped.format(n ?? 0);

/** A share in per cent; a dash where there is nothing to share. */
export const percent = (rate) => (rate === null || rate === undefined ? '–' : `${Math.floor(rate * 1000) / 10} %`);

/** A link of a post's; anything but http and https is text. */
export function link(url, text) {
  let to;
  try {
    to = new URL(url);
  } catch {
    return h('span', { class: 'soft' }, text);
  }
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return h('span', { class: 'soft' }, text);
  return h('a', { href: to.href, target: '_blank', rel: 'noopener noreferrer' }, text, h('span', { class: 'unseen' }, ' (opens a new tab)'));
}

/** A button. */
export const button = (text, onclick, attrs = {}) => h('button', { type: 'button', onclick, ...attrs }, text);

let labels = 0;

/** A control under its label. */
export function field(label, control, hint) {
  control.id ||= `f${++labels}`;
  const more = hint && h('small', { id: `${control.id}-hint` }, hint);
  if (more) control.setAttribute('aria-describedby', more.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, more);
}

/** A choice. `options` are values or `[value, text]`. */
export function choice(options, chosen, attrs = {}) {
  const made = options.map((one) => {
    const [value, text] = Array.isArray(one) ? one : [one, one];
    return h('option', { value, selected: value === chosen }, text);
  });
  return h('select', attrs, ...made);
}

/** A table: head cells, then rows of cells. It scrolls by itself where it is too wide. */
export function table(caption, heads, rows) {
  const head = heads.map((one) => h('th', { scope: 'col' }, one));
  const body = rows.map((cells) => {
    const [first, ...rest] = cells;
    return h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((cell, at) => h('td', { 'data-head': heads[at + 1] }, cell)));
  });
  return h('div', { class: 'table', role: 'region', 'aria-label': caption, tabindex: '0' },
    h('table', {}, h('caption', { class: 'unseen' }, caption), h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...body)));
}

/** A dialog with a form. `submit` may throw: its message is shown and the dialog stays. */
export function dialog(title, body, { action, submit, danger } = {}) {
  const wrong = h('p', { class: 'wrong', role: 'alert', hidden: true });
  const go = action && h('button', { type: 'submit', class: danger ? 'main danger' : 'main' }, action);
  const title_ = h('h2', { id: `d${++labels}` }, title);
  const form = h('form', { method: 'dialog' }, title_, h('div', { class: 'form' }, body), wrong,
    h('div', { class: 'row end' }, button(action ? 'Cancel' : 'Close', () => box.close()), go));
  const box = h('dialog', { 'aria-labelledby': title_.id, onclose: () => box.remove() }, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    show(wrong, false);
    try {
      await submit();
      box.close();
    } catch (why) {
      wrong.textContent = why.message;
      show(wrong, true);
    }
    go.disabled = false;
  });
  document.body.append(box);
  box.showModal();
  return { box, go };
}

/** A message at the foot of the page, with what can be done about it. */
export function say(text, { undo, bad, stays } = {}) {
  const region = document.getElementById('said');
  const note = h('div', { class: bad ? 'toast bad' : 'toast', role: bad ? 'alert' : 'status' }, h('p', {}, text));
  const gone = () => note.remove();
  if (undo) {
    const back = button('Undo', async () => {
      back.disabled = true;
      gone();
      try {
        await undo();
        say('Undone.');
      } catch (why) {
        say(`It could not be undone: ${why.message}`, { bad: true });
      }
    }, { class: 'undo', 'aria-keyshortcuts': 'u' });
    note.append(back);
  }
  note.append(button('×', gone, { class: 'close', 'aria-label': 'Close the message' }));
  region.append(note);
  while (region.children.length > 3) region.firstChild.remove();
  setTimeout(gone, stays ?? (undo ? 60_000 : bad ? 20_000 : 8_000));
}
