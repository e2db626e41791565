import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

/** A command as Slack would post it, signed with a secret at a time. */
async function command(secret: string, ageInSeconds: number, tamper = ''): Promise<number> {
  const body = 'command=%2Fobs&text=help&user_id=U0PERSON00&channel_id=C0CHANNEL003&trigger_id=1';
  const timestamp = String(Math.floor(Date.now() / 1000) - ageInSeconds);
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const response = await fetch(`${house.url()}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    },
    body: `${body}${tamper}`,
  });
  return response.status;
}

describe('what claims to come from Slack', () => {
  it('is taken with the right signature', async () => {
    expect(await command('signing-test', 0)).toBe(200);
  });

  it.each<[string, string, number, string]>([
    ['a wrong secret', 'another-secret', 0, ''],
    ['a changed body', 'signing-test', 0, '&text=status'],
    ['a signature of six minutes ago: a replay', 'signing-test', 360, ''],
  ])('is refused with %s', async (_, secret, age, tamper) => {
    expect(await command(secret, age, tamper)).toBe(401);
  });

  it('is refused without any signature', async () => {
    const response = await fetch(`${house.url()}/slack/events`, { method: 'POST', body: 'command=%2Fobs' });
    expect([400, 401]).toContain(response.status);
  });
});
