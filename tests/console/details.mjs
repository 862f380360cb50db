// Leaves details as a customer does, in Chromium: on a telephone, and with scripts switched off. Started by
// `cargo test --test it e2e_private`.

import assert from 'node:assert/strict';
import { done, sound, step, tab, told } from './page.mjs';

for (const colorScheme of ['light', 'dark']) {
  const { context, page, asked } = await tab({ viewport: { width: 390, height: 780 }, colorScheme });
  await page.goto(told.link);
  await page.screenshot({ path: `${told.shots}/details-${colorScheme}.png`, fullPage: true });
  await sound(page, `the form in ${colorScheme}`);
  assert.deepEqual(asked, [told.link], 'it loads nothing else');
  await page.getByLabel('Phone number').fill('ring me');
  await page.getByRole('radio', { name: 'Please call me' }).check();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Please give a number with digits').waitFor();
  assert.equal(await page.getByLabel('Phone number').inputValue(), 'ring me', 'what was typed stays');
  await sound(page, `the form with a mistake in ${colorScheme}`);
  assert.deepEqual(await context.cookies(), [], 'it sets no cookies');
  await context.close();
}
step('the form is sound in light and dark at 390 px, and says what is wrong');

{
  const { context, page } = await tab({ javaScriptEnabled: false, viewport: { width: 1024, height: 760 } });
  await page.goto(told.link);
  await page.getByLabel('Reference, booking or order number').fill('BK-2291');
  await page.getByLabel('Phone number').fill('+44 20 7946 0000');
  await page.getByRole('radio', { name: 'Please call me' }).check();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you. We have it.').waitFor();
  await context.close();
}
step('details are left with scripts switched off');

{
  const { context, page } = await tab({ viewport: { width: 390, height: 780 } });
  await page.goto(told.link);
  await page.getByLabel('Reference, booking or order number').fill('and BK-2292');
  await page.keyboard.press('Enter');
  await page.getByText('Thank you. We have it.').waitFor();
  await sound(page, 'the thanks');
  await context.close();
}
step('more is left by keyboard');

await done();
