import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type House,
  markupOf,
  notification,
  roots,
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

const rootsNow = () => roots(house.slack.workspace, /CheckoutErrors/);

describe('an alert group is one thread', () => {
  it('is told once, however often the same webhook comes', async () => {
    const answers = [
      await house.post('alertmanager', notification('firing')),
      await house.post('alertmanager', notification('firing')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const root = await theRoot(house, /CheckoutErrors/);
    expect(root.text).toBe('CheckoutErrors firing · checkout · 3 % of checkout requests fail');
    expect(house.slack.workspace.channels.find(({ id }) => id === root.channel)?.name).toBe('payments');
  });

  it('says in the thread what is missing when Prometheus is not there', async () => {
    const root = await theRoot(house, /CheckoutErrors/);
    const reply = await soon(house, 'the panels', () => threadOf(house.slack.workspace, root)[1]);
    expect(wordsOf(reply)).toMatch(/Prometheus/);
    expect(wordsOf(reply)).toMatch(/no data/);
  });

  it('is still one thread when the webhook comes again after a restart', async () => {
    await house.restart();
    expect((await house.post('alertmanager', notification('firing'))).status).toBe(202);
    await house.post('alertmanager', notification('firing', { receiver: 'again' }));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(rootsNow()).toHaveLength(1);
  });

  it('takes an acknowledgement in the message itself', async () => {
    const root = await theRoot(house, /CheckoutErrors/);
    const { status } = await house.slack.press('rae', root.channel, root.ts, 'acknowledge');
    expect(status).toBe(200);
    await soon(house, 'the acknowledgement', () => (root.text.includes('acknowledged') ? true : undefined));
    expect(wordsOf(root)).toContain('acknowledged by <@U0PERSON00>');
    expect(wordsOf(root)).not.toContain('"action_id":"acknowledge"');
  });

  it('says why it could not silence where no Alertmanager is configured', async () => {
    const root = await theRoot(house, /CheckoutErrors/);
    await house.slack.press('rae', root.channel, root.ts, 'silence');
    await soon(house, 'the reason', () => (wordsOf(root).includes('Not silenced') ? true : undefined));
    expect(wordsOf(root)).toContain('No Alertmanager is configured.');
  });

  it('resolves in the message in which it fired', async () => {
    const root = await theRoot(house, /CheckoutErrors/);
    await house.post('alertmanager', notification('resolved'));
    await soon(house, 'the resolution', () => (root.text.includes('resolved') ? true : undefined));
    expect(root.text).toBe('CheckoutErrors resolved after 10 min · checkout');
    expect(wordsOf(root)).toContain(':large_green_circle:');
    expect(rootsNow()).toHaveLength(1);
  });
});

describe('what comes from alerts is text, never markup', () => {
  it('mentions nobody, forges no link and breaks no block', async () => {
    const evil = '<!channel> <@U0PERSON00> <https://evil.example|click> *bold* ```';
    await house.post(
      'alertmanager',
      notification('firing', {
        groupKey: 'evil',
        commonAnnotations: { summary: evil },
        commonLabels: { alertname: 'Evil <!here>', service_name: 'checkout', severity: 'page' },
        groupLabels: { alertname: 'Evil <!here>' },
      }),
    );
    const root = await theRoot(house, /Evil/);
    expect(markupOf(root)).not.toMatch(/<!(channel|here)>|<@U|<https:\/\/evil/);
  });
});

describe('an event that names no known service', () => {
  it('is told in the incidents channel and listed by /obs unmatched with what it carried', async () => {
    const labels = { alertname: 'DiskFull', service_name: 'nobody-knows', severity: 'ticket' };
    const one = notification('firing', {
      groupKey: 'disk',
      groupLabels: { alertname: 'DiskFull' },
      commonLabels: labels,
    });
    one.alerts = one.alerts.map((alert) => ({ ...alert, labels, fingerprint: 'd15c' }));
    await house.post('alertmanager', one);
    const root = await theRoot(house, /DiskFull/);
    expect(house.slack.workspace.channels.find(({ id }) => id === root.channel)?.name).toBe('incidents');
    await house.slack.command('rae', '#general', '/obs unmatched');
    const note = await soon(house, 'the list', () =>
      house.slack.workspace.ephemerals.find(({ text }) => /known service/.test(text)),
    );
    expect(wordsOf(note)).toContain('service_name=nobody-knows');
  });
});
