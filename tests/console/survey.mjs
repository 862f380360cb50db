// Answers the survey as people do, in Chromium: with a mouse, by keyboard alone, and with scripts switched off. Started by
// `cargo test --test it e2e_survey`.

import assert from 'node:assert/strict';
import { done, sound, step, tab, told } from './page.mjs';

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

await done();
