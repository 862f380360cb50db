// Works on the console as people do, in Chromium. Started by `cargo test --test it e2e_browser`, which answers what is
// asked of it on standard output. Each step says what holds; the first that does not ends it.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const told = JSON.parse(process.env.HEARD_TOLD);
const { chromium } = createRequire(`${told.packages}/`)('playwright-core');
const AXE = readFileSync(`${told.packages}/node_modules/axe-core/axe.min.js`, 'utf8');
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Asks the test for something. */
async function ask(what, more = {}) {
  console.log(JSON.stringify({ ask: what, ...more }));
  return JSON.parse((await answers.next()).value);
}
const post = (platform, author, text) => ask('post', { platform, author, text });
const token = (id, role, workgroups = []) => ask('token', { id, role, workgroups });

/** Calls the API beside the page. */
async function api(of, method, path, body) {
  const answer = await fetch(told.url + path, { method, headers: { authorization: `Bearer ${of}` }, body: body && JSON.stringify(body) });
  return { status: answer.status, said: await answer.json() };
}

let last = 'the beginning';
const step = (says) => { last = says; console.log(`  ${says}`); };

const browser = await chromium.launch({ executablePath: told.browser, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const wrongs = [];

/** A tab. What goes wrong in it is kept: a script's error, a line on the console, a violated policy. */
async function tab(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'en-GB', timezoneId: 'Europe/London', ...options });
  await context.addInitScript({ content: AXE });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => wrongs.push(`${last}: ${error}`));
  page.on('console', (message) => {
    // An answer of 4xx is the API's, and is looked at where it is meant.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrongs.push(`${last}: ${message.text()}`);
  });
  return page;
}
async function signedIn(of, to = '', options = {}) {
  const page = await tab(options);
  await page.goto(`${told.url}/console#token=${of}`);
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  if (to) await page.goto(`${told.url}/console#/${to}`);
  return page;
}
const view = async (page, name) => {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true }).click();
};
const said = (page, text) => page.getByRole('region', { name: 'Messages' }).getByText(text).last().waitFor();
/** Waits until a look finds it so. */
async function holds(what, look) {
  for (let n = 0; n < 200; n += 1) {
    if (await look()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`waited in vain for ${what}`);
}

/** No serious finding of axe-core's, and nothing wider than the window. */
async function sound(page, where) {
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  });
  assert.deepEqual(found, [], `axe at ${where}`);
  const [wide, window_] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= window_, `${where} is ${wide} px wide in a window of ${window_}`);
}

try {
  step('files come with a policy and a tag, and a tag that is had brings nothing');
  for (const path of ['/console', '/console/', '/console/app.js', '/console/style.css']) {
    const answer = await fetch(told.url + path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    const again = await fetch(told.url + path, { headers: { 'if-none-match': answer.headers.get('etag') } });
    assert.equal(again.status, 304, path);
  }
  assert.equal((await fetch(`${told.url}/console/none.js`)).status, 404);
  assert.equal((await fetch(`${told.url}/console`, { method: 'POST' })).status, 405);

  const boss = await token('boss', 'supervisor');
  const ana = await token('ana', 'agent', ['customer-care', 'billing']);
  const milton = await token('milton', 'agent', ['customer-care']);
  const crm = await token('crm', 'crm');

  step('a token that is none, and one that nobody signed, do not sign in');
  const stranger = await tab();
  await stranger.goto(`${told.url}/console`);
  await stranger.getByLabel('Your token').fill('hello');
  await stranger.getByRole('button', { name: 'Sign in' }).click();
  await stranger.getByRole('alert').getByText('not a token').waitFor();
  await sound(stranger, 'the gate');
  await stranger.getByLabel('Your token').fill(`${boss.slice(0, -6)}AAAAAA`);
  await stranger.getByRole('button', { name: 'Sign in' }).click();
  await stranger.getByRole('alert').filter({ hasText: /sign|token/ }).waitFor();
  assert.equal(await stranger.evaluate(() => sessionStorage.length), 0, 'a refused token is forgotten');
  await stranger.goto(`${told.url}/console?x#token=${crm}`);
  await stranger.getByRole('alert').getByText('not one of an agent').waitFor();
  await stranger.context().close();

  step('people write, from several platforms');
  await post('x', 'Ada Example', 'stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything @NorthlineRail');
  await post('facebook', 'Bela Novak', 'You charged my card twice for the same ticket and now my rent bounced. Third time asking!');
  await post('instagram', 'Chiara Conti', 'Il treno per Torino è cancellato, nessuno risponde e domani ho un esame. Aiuto!');
  await post('standard', 'Dag Lind', 'The lift at platform 3 is broken again, my wheelchair and I have been waiting for an hour. Nobody answers the help point');
  await post('x', 'Emre Kaya', 'When does the refund for the cancelled 08:12 come?');
  await post('messenger', 'Farida Rahimi', 'I am locked out of my account and my train leaves in 20 minutes, please help');
  await post('mastodon', 'Gus Moreau', 'Lovely staff at York today, thank you');
  await post('telegram', 'Hana Sato', 'Left my bag with all my insulin on the 09:40 to Leeds. I need it today, please!');

  step('a token in the address signs in, leaves the address, and stays in this tab alone');
  const lead = await signedIn(boss);
  assert.ok(!lead.url().includes('token'), lead.url());
  assert.deepEqual(await lead.evaluate(() => [sessionStorage.getItem('heard.token')?.startsWith('heard1.'), localStorage.length, document.cookie]), [true, 0, '']);
  await lead.goBack().catch(() => {});
  await lead.goto(`${told.url}/console#/now`);
  assert.ok(!(await lead.evaluate(() => JSON.stringify(performance.getEntries().map((one) => one.name)))).includes(boss), 'no call has it in its URL');

  step('Now says how it stands, with the API’s own figures');
  const backlog = (await api(boss, 'GET', '/v1/backlog')).said;
  await lead.locator('.tile', { hasText: 'Open' }).locator('.big').getByText(String(backlog.open), { exact: true }).waitFor();
  assert.match(await lead.locator('.verdict').innerText(), /time|late|waits/);
  for (const name of ['Oldest', 'Late', 'Will be late in 30 min', 'First reply on time, 24 h', 'Promises kept, 7 days', 'Agents available', 'Acknowledgments']) {
    await lead.getByRole('heading', { name, exact: true }).waitFor();
  }
  await lead.getByText('Open by workgroup').waitFor();

  step('an agent takes the next, is warned of a bad reply, sends a good one once, and ends it');
  const desk = await signedIn(ana, 'work');
  await desk.getByText('You hold nothing.').waitFor();
  await desk.keyboard.press('n');
  await desk.getByRole('button', { name: 'Resolve…' }).waitFor();
  const held = (await api(ana, 'GET', '/v1/claims')).said.interactions[0];
  const reply = desk.getByLabel('Your reply');
  await desk.keyboard.press('r');
  await reply.fill('That is not our fault. Buy our premium ticket next time!');
  await desk.getByRole('list', { name: 'What the check found' }).getByRole('listitem').first().waitFor();
  await desk.getByText(/^\d+ of 280 weighted characters$/).waitFor();
  assert.equal((await ask('sent')).filter((text) => text.includes('premium')).length, 0, 'a check sends nothing');
  if (await desk.getByLabel('Written beforehand').count()) await desk.getByLabel('Written beforehand').selectOption({ index: 1 });
  const words = 'Ada, we see you. Staff with water are walking to your train now, ten minutes.';
  await reply.fill(words);
  await reply.press('Control+Enter');
  await said(desk, 'The reply is sent.');
  await desk.locator('.said.us').getByText(words).waitFor();
  assert.equal((await ask('sent')).filter((text) => text.includes('Staff with water')).length, 1);
  assert.equal(await reply.inputValue(), '');
  await desk.locator('h2#one').focus();
  await desk.keyboard.press('e');
  const end = desk.getByRole('dialog', { name: 'How did it end?' });
  await end.getByLabel('Outcome').selectOption('answered');
  await end.getByLabel('Note').fill('Water was handed out at 10:20.');
  await sound(desk, 'the dialog of an end');
  await end.getByRole('button', { name: 'Resolve' }).click();
  await desk.locator('.facts').getByText('Ended by ana: answered').waitFor();
  const ended = (await api(ana, 'GET', `/v1/interactions/${held.id}`)).said;
  assert.deepEqual([ended.state, ended.outcome], ['done', 'answered']);

  step('an end is undone, and the reopened one claimed again');
  await desk.getByRole('button', { name: 'Undo', exact: true }).first().click();
  await desk.getByRole('button', { name: 'Claim', exact: true }).waitFor();
  await desk.keyboard.press('c');
  await desk.getByRole('button', { name: 'Resolve…' }).waitFor();

  step('notes and tags stand with it; what was begun is kept while one looks elsewhere');
  await desk.getByRole('button', { name: 'Note…' }).click();
  await desk.getByRole('dialog').getByLabel('Note').fill('Called the guard: the train moves at 11.');
  await desk.getByRole('dialog').getByRole('button', { name: 'Write' }).click();
  await desk.locator('.said.note').getByText('Called the guard').waitFor();
  await desk.getByRole('textbox', { name: 'Add a tag' }).fill('woking');
  await desk.getByRole('textbox', { name: 'Add a tag' }).press('Enter');
  await desk.getByRole('button', { name: 'Take the tag woking off' }).waitFor();
  await reply.fill('Half a sentence');
  await view(desk, 'Queue');
  await desk.goBack();
  await desk.getByLabel('Your reply').waitFor();
  assert.equal(await desk.getByLabel('Your reply').inputValue(), 'Half a sentence');

  step('it is handed on with a note, and who gets it sees and takes it');
  const other = await signedIn(milton, 'work');
  await other.getByText('You hold nothing.').waitFor();
  // A token must have been used before work is handed to its owner.
  await holds('milton to be known', async () => (await api(boss, 'GET', '/v1/agents')).said.agents.some((one) => one.agent === 'milton'));
  await desk.getByRole('button', { name: 'Transfer…' }).click();
  const hand = desk.getByRole('dialog', { name: 'Hand it on' });
  await hand.getByLabel('To', { exact: true }).selectOption('milton');
  await hand.getByLabel('Note').fill('She has two small children with her.');
  await hand.getByRole('button', { name: 'Transfer' }).click();
  await said(desk, 'Handed on to milton.');
  await other.getByRole('heading', { name: 'Kept for you' }).waitFor();
  await other.locator('.list').getByRole('link', { name: held.id }).click();
  await other.getByText('She has two small children with her.').first().waitFor();
  await other.getByRole('button', { name: 'Claim', exact: true }).click();
  await other.getByRole('button', { name: 'Resolve…' }).waitFor();
  assert.equal((await api(boss, 'GET', `/v1/interactions/${held.id}`)).said.holder, 'milton');

  step('it is put off, and comes back to whom it was put off by');
  await other.getByRole('button', { name: 'Snooze…' }).click();
  await other.getByRole('dialog').getByLabel('When').first().selectOption('30');
  await other.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
  await said(other, 'It comes back to you.');
  assert.ok((await api(milton, 'GET', '/v1/claims')).said.kept.some((one) => one.id === held.id));

  step('"this was wrong" is kept');
  await view(desk, 'Queue');
  await desk.locator('.item', { hasText: 'Lovely staff' }).click();
  await desk.getByRole('button', { name: 'This was wrong…' }).click();
  await desk.getByRole('dialog').getByLabel('Kind').selectOption('praise');
  await desk.getByRole('dialog').getByLabel('Acknowledgment').selectOption('false');
  await desk.getByRole('dialog').getByRole('button', { name: 'Correct it' }).click();
  await said(desk, 'Thank you. It is kept');
  const corrections = (await api(boss, 'GET', '/v1/corrections')).said.corrections;
  assert.deepEqual(corrections[0].right, { kind: 'praise', acknowledge: false });

  step('a post shows up without a reload, and so does what becomes of an open one');
  await view(lead, 'Queue');
  await lead.getByLabel('Order').selectOption('opened');
  await lead.locator('.item').first().waitFor();
  await lead.evaluate(() => { window.same = true; });
  const mode = (await lead.locator('.mode').innerText()).trim();
  assert.match(mode, /^(Live|Looks every 4 s)$/);
  console.log(`    (${mode})`);
  await post('x', 'Ines Live', 'Is the 18:04 running tonight? It just vanished from the board');
  await lead.locator('.item', { hasText: '18:04' }).waitFor();
  await lead.locator('.item', { hasText: '18:04' }).click();
  await lead.locator('.pane').getByText('18:04').waitFor();
  const live = (await api(boss, 'GET', '/v1/interactions?q=vanished')).said.interactions[0];
  await api(ana, 'POST', '/v1/claims', { id: live.id });
  await lead.locator('.facts').getByText('Held by ana').waitFor();
  assert.equal(await lead.evaluate(() => window.same), true, 'it is the same page');

  step('the search finds words, and the filters narrow');
  await lead.getByRole('searchbox').fill('insulin');
  await holds('one of the search', async () => (await lead.locator('.item').count()) === 1);
  await lead.locator('.item', { hasText: 'insulin' }).waitFor();
  await lead.getByRole('searchbox').fill('');
  await lead.getByLabel('Workgroup').selectOption('billing');
  await holds('those of billing', async () => (await lead.locator('.item').count()) === 2);
  await lead.getByLabel('Workgroup').selectOption('');

  step('a hostile text is text: no markup, no reordering, folded where it is long');
  const bomb = `<img src=x onerror="window.hacked=1"><script>window.hacked=2</scr` + `ipt> \u202Egnp.exe\u202C <a href="javascript:window.hacked=3">x</a> end`;
  await post('x', '<b>Eve</b> \u202Etxt', bomb);
  await lead.locator('.item', { hasText: 'onerror' }).click();
  await lead.locator('.conversation .text', { hasText: '<img src=x onerror="window.hacked=1">' }).waitFor();
  const markup = await lead.evaluate(() => [typeof window.hacked, document.querySelectorAll('main img, main script, main b b, .conversation a[href^="javascript"]').length]);
  assert.deepEqual(markup, ['undefined', 0]);
  const isolates = await lead.locator('.conversation .text').first().evaluate((node) => getComputedStyle(node).unicodeBidi);
  assert.match(isolates, /isolate|plaintext/);
  const long = `long one ${'wide'.repeat(16_000)}`;
  await post('standard', 'Loud', long);
  await lead.locator('.item', { hasText: 'long one' }).click();
  await lead.getByRole('button', { name: /Show all [\d,]+ characters/ }).click();
  const shown = await lead.locator('.conversation .text').first().innerText();
  assert.equal(shown.length, long.length);
  await sound(lead, 'a text of 64 KiB');
  const links = await lead.evaluate(async () => {
    const { link } = await import('/console/dom.js');
    return ['javascript:alert(1)', 'data:text/html,x', ' java\tscript:x', 'nothing', 'https://example.com/a'].map((url) => link(url, 'x').outerHTML);
  });
  assert.ok(links.slice(0, 4).every((one) => one.startsWith('<span')), links.join());
  assert.match(links[4], /rel="noopener noreferrer"/);

  step('several are tagged at once, once it was shown what would come of it');
  await lead.getByLabel('Order').selectOption('rank');
  await holds('the list by rank', async () => (await lead.locator('.items input[type=checkbox]').count()) > 3);
  for (const at of [0, 1]) await lead.locator('.items input[type=checkbox]').nth(at).check();
  await lead.getByRole('button', { name: 'Do something to them…' }).click();
  const many = lead.getByRole('dialog', { name: '2 interactions' });
  await many.getByLabel('Do', { exact: true }).selectOption('tag');
  await many.getByLabel('Add').fill('storm');
  await many.getByRole('button', { name: 'Show what would come of it' }).click();
  await many.getByText('2: done').waitFor();
  assert.equal((await api(boss, 'GET', '/v1/interactions?tag=storm')).said.interactions.length, 0);
  await many.getByRole('button', { name: 'Do it' }).click();
  await said(lead, 'Done for 2.');
  assert.equal((await api(boss, 'GET', '/v1/interactions?tag=storm')).said.interactions.length, 2);

  step('a workgroup is sent to other work by one click, after a look at what it changes, and back by one');
  await view(lead, 'Now');
  await lead.getByRole('button', { name: 'Send a workgroup…' }).click();
  const errand = lead.getByRole('dialog', { name: 'Send a workgroup to other work' });
  await errand.getByLabel('The agents of').selectOption('customer-care');
  await errand.getByRole('checkbox', { name: 'accessibility' }).check();
  await errand.getByText('2 agents').waitFor();
  // A supervisor's token serves all: somebody is left for everything.
  await errand.getByRole('row', { name: /customer-care .* → / }).waitFor();
  await sound(lead, 'the dialog of an errand');
  assert.equal((await api(boss, 'GET', '/v1/errands')).said.retasked.length, 0, 'a preview changes nothing');
  await errand.getByRole('button', { name: 'Send them' }).click();
  await said(lead, 'The agents of customer-care serve accessibility until');
  assert.deepEqual((await api(boss, 'GET', '/v1/errands')).said.retasked.map((one) => one.serves), [['accessibility']]);
  await view(desk, 'My work');
  await desk.getByText('customer-care serves accessibility until').waitFor();
  await lead.keyboard.press('u');
  await said(lead, 'Undone.');
  await holds('the errand to be over', async () => (await api(boss, 'GET', '/v1/errands')).said.retasked.length === 0);

  step('acknowledgments are paused with a reason, and the pause is undone');
  await lead.getByRole('button', { name: 'Pause acknowledgments…' }).click();
  const quiet = lead.getByRole('dialog', { name: 'Pause acknowledgments' });
  await quiet.getByLabel('Of', { exact: true }).selectOption('x-northline');
  await quiet.getByText('From now on no note goes out from x-northline.').waitFor();
  await quiet.getByLabel('Why').fill('A mistake in our wording');
  await quiet.getByRole('button', { name: 'Pause', exact: true }).click();
  await said(lead, 'Acknowledgments are paused for x-northline.');
  assert.equal((await api(boss, 'GET', '/v1/backlog')).said.paused[0].source, 'x-northline');
  await lead.keyboard.press('u');
  await holds('the pause to be over', async () => (await api(boss, 'GET', '/v1/backlog')).said.paused.length === 0);

  step('what an agent does is set, and set back');
  await view(lead, 'Agents');
  await lead.getByRole('button', { name: 'Set what milton does' }).click();
  await lead.getByRole('dialog').getByLabel('Languages').fill('en, it');
  await lead.getByRole('dialog').getByLabel('Public name').fill('Milton');
  await lead.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await lead.getByText('signs as Milton').waitFor();
  const settings = async () => (await api(boss, 'GET', '/v1/agents')).said.agents.find((one) => one.agent === 'milton').settings;
  const set = await settings();
  assert.deepEqual([set.languages, set.public_name], [['en', 'it'], 'Milton']);
  await lead.keyboard.press('u');
  await holds('the settings to be as before', async () => {
    const { languages = [], public_name: name = '' } = (await settings()) ?? {};
    return languages.length === 0 && name === '';
  });

  step('roles hide what the API refuses, and it refuses');
  assert.equal(await desk.getByRole('link', { name: 'Sources', exact: true }).count(), 0);
  await desk.goto(`${told.url}/console#/sources`);
  await desk.locator('.verdict').waitFor();
  assert.equal(await desk.getByRole('button', { name: 'Send a workgroup…' }).count(), 0);
  assert.equal((await api(ana, 'GET', '/v1/sources')).status, 403);

  step('keys go where they say, and nowhere while one writes');
  await lead.keyboard.press('g');
  await lead.keyboard.press('k');
  await lead.getByRole('heading', { name: 'Acknowledgments', level: 1 }).waitFor();
  await lead.keyboard.press('?');
  await lead.getByRole('dialog', { name: 'Keys' }).waitFor();
  await lead.keyboard.press('Escape');
  await lead.keyboard.press('g');
  await lead.keyboard.press('q');
  await lead.getByRole('searchbox').waitFor();
  await lead.keyboard.press('/');
  await lead.keyboard.type('gn');
  assert.ok(lead.url().includes('#/queue'), lead.url());
  await lead.keyboard.press('Escape');

  step('presence is said');
  await desk.getByLabel('Whether you are there').selectOption('away');
  await said(desk, 'You are away.');
  assert.equal((await api(ana, 'GET', '/v1/me')).said.state, 'away');

  step('the client reads a stream of events, in any pieces');
  const events = await lead.evaluate(async () => {
    const { reader } = await import('/console/live.js');
    const found = [];
    const text = ': hello\n\nid: 1\nevent: interaction.opened\ndata: {"interaction":"v2-00-1"}\n\r\ndata: a\rdata: b\r\r\nid:2\n\n';
    for (const size of [1, 2, 3, 7, text.length]) {
      const one = [];
      const feed = reader((event) => one.push(event));
      for (let at = 0; at < text.length; at += size) feed(text.slice(at, at + size));
      found.push(JSON.stringify(one));
    }
    return found;
  });
  assert.equal(new Set(events).size, 1, events.join('\n'));
  assert.deepEqual(JSON.parse(events[0]), [
    { type: 'interaction.opened', data: '{"interaction":"v2-00-1"}', id: '1' }, { type: 'message', data: 'a\nb' }, { type: 'message', data: '', id: '2' },
  ]);

  step('where there is a stream it is followed with the token in a header, and resumed where it ended');
  const streamed = await tab();
  const asked = [];
  await streamed.route('**/v1/events', (route) => {
    asked.push(route.request().headers());
    route.fulfill({ status: 200, contentType: 'text/event-stream', body: 'id: place-7\nevent: interaction.opened\ndata: {"type":"interaction.opened","data":{"interaction":"v2-00-1","workgroup":"billing"}}\n\n: still here\nid: place-8\n\n' });
  });
  await streamed.goto(`${told.url}/console#token=${boss}`);
  await streamed.locator('.mode').getByText('Live').waitFor();
  await holds('the stream to be resumed', () => asked.length > 1);
  assert.equal(asked[0].authorization, `Bearer ${boss}`);
  assert.deepEqual([asked[0]['last-event-id'], asked[1]['last-event-id']], [undefined, 'place-8']);
  await streamed.context().close();

  step('without a stream it looks every few seconds');
  const looking = await tab();
  await looking.route('**/v1/events', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"detail":"no such route"}' }));
  await looking.goto(`${told.url}/console#token=${boss}`);
  await looking.locator('.mode').getByText('Looks every 4 s').waitFor();
  await looking.goto(`${told.url}/console#/queue?order=opened`);
  await looking.locator('.item').first().waitFor();
  await post('x', 'Jo Later', 'My ticket machine at Woking ate my card, who do I call?');
  await looking.locator('.item', { hasText: 'ticket machine' }).waitFor();
  await looking.context().close();

  // So that the pictures show a working day.
  for (const text of ['Where is my refund? It is three weeks now', 'Charged 89 pounds for a ticket I never bought', 'My direct debit went out twice this month']) await post('facebook', `Kim ${text.length}`, text);
  for (const text of ['Is there step-free access at Hexham?', 'The ramp never came and I missed my train']) await post('standard', `Lou ${text.length}`, text);
  for (const agent of [ana, milton]) {
    await api(agent, 'PUT', '/v1/me', { state: 'available' });
    for (let n = 0; n < 3; n += 1) {
      const one = (await api(agent, 'POST', '/v1/claims', { max: 1 })).said.interactions[0];
      if (!one) continue;
      const key = { method: 'POST', headers: { authorization: `Bearer ${agent}`, 'idempotency-key': `day-${one.id}` } };
      await fetch(`${told.url}/v1/interactions/${one.id}/reply`, { ...key, body: JSON.stringify({ lease: one.lease, text: 'Thank you for telling us. We are looking into it now and write again within the hour.' }) });
      if (n) await api(agent, 'POST', `/v1/interactions/${one.id}/resolve`, { lease: one.lease, outcome: 'answered' });
    }
  }
  const open = (await api(boss, 'GET', '/v1/interactions?q=insulin')).said.interactions[0];
  await api(boss, 'POST', `/v1/interactions/${open.id}/notes`, { text: 'The bag is at Leeds lost property; a courier can be there at 14:00.' });
  await api(milton, 'POST', '/v1/claims', { id: open.id });

  mkdirSync(told.shots, { recursive: true });
  await lead.context().close();
  const places = ['now', `queue?order=rank&id=${open.id}`, `work?id=${open.id}`, 'agents', 'sources', 'acks'];
  for (const [look, options] of [
    ['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }],
    ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ['phone-dark', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ]) {
    for (const place of places) {
      const name = place.split('?')[0];
      step(`${name} is sound and fits, ${look}`);
      const page = await signedIn(name === 'work' ? milton : boss, place, { reducedMotion: 'reduce', ...options });
      await page.locator('main').locator('.verdict, .item, tbody tr, .pairs li').first().waitFor({ state: 'attached' });
      if (place.includes('id=')) await page.locator('.conversation').waitFor();
      // Charts and fonts are there once nothing is asked any more.
      await page.waitForFunction(() => document.fonts.status === 'loaded');
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${told.shots}/console-${name}-${look}.png`, fullPage: false });
      await sound(page, `${name}, ${look}`);
      await page.context().close();
    }
  }

  // Those that the documents show: `HEARD_SHOTS=.github/docs cargo test --test it e2e_browser`.
  if (told.pictures) for (const [from, to] of [['now-light', 'now'], ['work-dark', 'work']]) copyFileSync(`${told.shots}/console-${from}.png`, `${told.pictures}/console-${to}.png`);

  step('signing out forgets the token, and a revoked one is sent away');
  await desk.getByRole('button', { name: 'Sign out' }).click();
  await desk.getByLabel('Your token').waitFor();
  assert.equal(await desk.evaluate(() => sessionStorage.getItem('heard.token')), null);
  const jti = JSON.parse(Buffer.from(milton.split('.')[1], 'base64url')).jti;
  const chief = await signedIn(boss, 'agents');
  await chief.getByRole('button', { name: `Revoke the token ${jti} of milton` }).click();
  await chief.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
  await chief.getByText(`The token ${jti} is revoked.`).waitFor();
  await other.getByLabel('Your token').waitFor();
  await other.getByRole('alert').getByText('revoked').waitFor();

  step('nothing went wrong in any tab: no error, no violated policy');
  assert.deepEqual(wrongs, []);
  await ask('done');
} catch (why) {
  console.error(`at: ${last}`);
  mkdirSync(told.shots, { recursive: true });
  let n = 0;
  for (const context of browser.contexts()) for (const page of context.pages()) await page.screenshot({ path: `${told.shots}/failed-${n++}.png` }).catch(() => {});
  console.error(why, wrongs);
  process.exitCode = 1;
}
await browser.close();
process.exit();
