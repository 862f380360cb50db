// Answers the survey as people do, in Chromium: with a mouse, by keyboard alone, and with scripts switched off. Started by
// `cargo test --test it e2e_survey`.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const told = JSON.parse(process.env.HEARD_TOLD);
const { chromium } = createRequire(`${told.packages}/`)('playwright-core');
const AXE = readFileSync(`${told.packages}/node_modules/axe-core/axe.min.js`, 'utf8');
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const step = (says) => console.log(`  ${says}`);
mkdirSync(told.shots, { recursive: true });

const browser = await chromium.launch({ executablePath: told.browser, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const wrongs = [];
async function tab(options) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => wrongs.push(`${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrongs.push(message.text());
  });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  return { context, page, asked };
}

/** No serious finding of axe-core's, and nothing wider than the window. */
async function sound(page, where) {
  // The page's own policy lets no script in, so what looks at it comes by the debugger.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  });
  assert.deepEqual(found, [], `axe at ${where}`);
  const [wide, window_] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= window_, `${where} is ${wide} px wide in a window of ${window_}`);
}

for (const colorScheme of ['light', 'dark']) {
  const { context, page, asked } = await tab({ viewport: { width: 390, height: 780 }, colorScheme });
  await page.goto(told.link);
  await page.screenshot({ path: `${told.shots}/survey-${colorScheme}.png`, fullPage: true });
  await sound(page, `the form in ${colorScheme}`);
  assert.equal(await page.getByRole('radio').count(), 5);
  assert.deepEqual(asked, [told.link], 'it loads nothing else');
  await page.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  await sound(page, `the form with a mistake in ${colorScheme}`);
  assert.deepEqual(await context.cookies(), [], 'it sets no cookies');
  await context.close();
}
step('the form is sound in light and dark at 390 px, and says what is missing');

{
  const { context, page } = await tab({ javaScriptEnabled: false, viewport: { width: 1024, height: 760 } });
  await page.goto(told.link);
  await page.getByRole('radio', { name: 'Very good' }).check();
  await page.getByLabel('What should we know? (optional)').fill('Ana was quick.\nThank you.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('We have your answer').waitFor();
  await page.goto(told.link);
  await page.getByText('We have your answer already').waitFor();
  assert.equal(await page.getByRole('radio').count(), 0, 'it is answered once');
  await context.close();
}
step('it is answered once, with scripts switched off');

{
  const { context, page } = await tab({ viewport: { width: 1024, height: 760 } });
  await page.goto(told.other);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('ArrowRight');
  await page.screenshot({ path: `${told.shots}/survey-keyboard.png`, fullPage: true });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('We have your answer').waitFor();
  await sound(page, 'the thanks');
  await context.close();
}
step('it is answered by keyboard alone');

assert.deepEqual(wrongs, []);
console.log(JSON.stringify({ ask: 'done' }));
await answers.next();
await browser.close();
process.exit(0);
