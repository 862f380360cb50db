// An agent's desktop in fifty lines: it claims, shows, replies and ends. Node.js 22 or newer, nothing else.
//   HEARD_URL=https://YOUR-WORKER HEARD_TOKEN=$(heard token mint --id ana --role agent) node desktop.mjs
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
const { HEARD_URL: url = 'http://127.0.0.1:8787', HEARD_TOKEN: token } = process.env;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const keys = {}; // The same reply, tried again after a lost connection, goes out once.
async function api(method, path, body, key) {
  const headers = { authorization: `Bearer ${token}`, ...(key && { 'idempotency-key': key }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.detail), said);
  return said;
}
// A stranger's words may hold control characters that a terminal would obey.
const plain = (text) => String(text).replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
const show = (posts) => posts.forEach((post) => console.log(`  ${new Date(post.created_ms).toLocaleTimeString()}  ${plain(post.text)}`));

async function work(one) {
  const on = (what, body, key) => api('POST', `/v1/interactions/${one.id}/${what}`, { lease: one.lease, seen, ...body }, key);
  let seen = one.cursor;
  console.log(`\n${plain(one.author?.name ?? 'Somebody')} on ${one.platform}, level ${one.level}, ${one.kind}`);
  show(one.posts);
  // The lease lasts while we are here, and brings what the author wrote meanwhile.
  const pulse = setInterval(() => on('extend').then(({ news, cursor }) => { show(news); seen = cursor; }, (why) => console.log(why.message)), 60_000);
  for (let ended = false; !ended;) {
    console.log('Write a reply, or /end OUTCOME, /back WHY, /quit');
    const { value: line = '/quit' } = await lines.next();
    const [, command, rest] = line.match(/^(\/\w+)\s*(.*)$/) ?? [];
    try {
      if (command === '/end') console.log(`ended: ${(await on('resolve', { outcome: rest })).outcome}`);
      else if (command === '/back') console.log(`back in the queue: ${(await on('release', { reason: rest })).state}`);
      else if (command === '/quit') return clearInterval(pulse);
      else if (command) console.log('There is no such command.');
      else {
        const { state, why, warnings = [] } = await on('reply', { text: line }, keys[one.id + line] ??= randomUUID());
        console.log([state, why, ...warnings.map((it) => it.says)].filter(Boolean).join('; '));
      }
      ended = command === '/end' || command === '/back';
    } catch (why) {
      console.log(why.message);
      if (why.code === 'unheard') await on('extend').then(({ news, cursor }) => { show(news); seen = cursor; });
      ended = why.code === 'lease_lost' || why.code === 'ended';
    }
  }
  clearInterval(pulse);
  return true;
}
for (let on = true; on;) for (const one of (await api('POST', '/v1/claims', { max: 1, wait_s: 20 }, randomUUID())).interactions) on = await work(one);
process.exit(0);
