// What the drivers of a customer's pages share: a browser that keeps what goes wrong, and a look with axe-core. Each is told what
// it needs by the test that starts it, and says when it is done.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export const told = JSON.parse(process.env.HEARD_TOLD);
const { chromium } = createRequire(`${told.packages}/`)('playwright-core');
const AXE = readFileSync(`${told.packages}/node_modules/axe-core/axe.min.js`, 'utf8');
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
export const step = (says) => console.log(`  ${says}`);
mkdirSync(told.shots, { recursive: true });

const browser = await chromium.launch({ executablePath: told.browser, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const wrongs = [];
/** A page of its own, and what it asks for. */
export async function tab(options) {
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
export async function sound(page, where) {
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

/** All is done, and nothing went wrong. */
export async function done() {
  assert.deepEqual(wrongs, []);
  console.log(JSON.stringify({ ask: 'done' }));
  await answers.next();
  await browser.close();
  process.exit(0);
}
