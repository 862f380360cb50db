// A few calls as an agent's desktop makes them: tsc holds them to the types that were made of the contract.

import createClient from 'openapi-fetch';
import type { components, paths } from './heard.js';

const heard = createClient<paths>({ baseUrl: 'http://127.0.0.1:8787', headers: { Authorization: 'Bearer t' } });

export async function work(): Promise<components['schemas']['Interaction'][]> {
  const { data, error } = await heard.POST('/v1/claims', { body: { max: 1, wait_s: 20 } });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  const [one] = data.interactions;
  if (!one?.lease) return [];
  await heard.POST('/v1/interactions/{id}/reply', {
    params: { path: { id: one.id }, header: { 'Idempotency-Key': 'k' } },
    body: { lease: one.lease, text: 'It left us today.' },
  });
  await heard.POST('/v1/interactions/{id}/resolve', { params: { path: { id: one.id } }, body: { lease: one.lease, outcome: 'solved' } });
  const listed = await heard.GET('/v1/interactions', { params: { query: { order: 'rank', level: 2 } } });
  return listed.data?.interactions ?? [];
}

// What the contract does not have must not compile.
// @ts-expect-error: no such call
heard.GET('/v1/nothing');
// @ts-expect-error: a lease is required
heard.POST('/v1/interactions/{id}/extend', { params: { path: { id: 'x' } }, body: {} });
