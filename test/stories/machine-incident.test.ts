import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AGENT_TOKEN,
  type House,
  markupOf,
  notification,
  soon,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

async function api(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' };
  const response = await fetch(`${house.url()}/api/v1/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const HOSTILE = '<!channel> *fire* <https://evil.example|here> <@U0PERSON00>';

describe('an incident that a machine works on, as people read it in Slack', () => {
  it('stands in the channel with the machine’s name, and nothing that it wrote is markup', async () => {
    const { status, body } = await api('POST', 'incidents', {
      ...{ title: `Payments fail ${HOSTILE}`, services: ['checkout'], severity: 'sev2', summary: HOSTILE },
    });
    expect([status, body.incident.id]).toEqual([201, 'INC-1']);
    const root = await theRoot(house, /^INC-1 /);
    expect(wordsOf(root)).toContain('Payments fail');
    expect(markupOf(root)).not.toMatch(/<!channel>|<https:\/\/evil|<@U0PERSON00>/);
    expect(wordsOf(root)).not.toMatch(/undefined|\[object/);
  });

  it('tells what the machine changes and notes, by its name, in the thread', async () => {
    await api('PATCH', 'incidents/INC-1', {
      ...{
        status: 'identified',
        note: 'A pool that is too small.',
        role: { role: 'scribe', holder: 'self' },
      },
    });
    await api('POST', 'incidents/INC-1/timeline', { text: `Restarted the pool. ${HOSTILE}` });
    const root = await theRoot(house, /^INC-1 /);
    const thread = () => threadOf(house.slack.workspace, root).slice(1);
    await soon(house, 'the note', () =>
      thread().find((said) => wordsOf(said).includes('Restarted the pool')),
    );
    const told = thread().map(wordsOf).join('\n');
    expect(told).toContain('by investigator: A pool that is too small.');
    expect(told).toContain('investigator');
    expect(thread().map(markupOf).join('\n')).not.toMatch(/<!channel>|<https:\/\/evil|<@U0PERSON00>/);
    expect(told).not.toMatch(/undefined|\[object/);
  });

  it('leaves the alert that it was declared from to be acknowledged by somebody', async () => {
    await house.post('alertmanager', notification('firing'));
    const alert = await theRoot(house, /CheckoutErrors/);
    const listed = await fetch(`${house.url()}/api/v1/services/checkout/status`, {
      headers: { authorization: `Bearer ${AGENT_TOKEN}` },
    });
    const status: { alerts: readonly { id: string }[] } = JSON.parse(await listed.text());
    const { status: code } = await api('POST', 'incidents', {
      ...{ title: 'Checkout fails', subject: { kind: 'alert', id: status.alerts[0]?.id ?? '' } },
    });
    expect(code).toBe(201);
    await soon(house, 'the link in the alert’s thread', () =>
      threadOf(house.slack.workspace, alert).find((said) =>
        wordsOf(said).includes('*INC-2* was declared by investigator'),
      ),
    );
    expect(wordsOf(alert)).not.toMatch(/acknowledged by/);
  });
});
