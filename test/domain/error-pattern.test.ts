import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEpisode } from '#domain/alert.ts';
import type { AlertInstance } from '#domain/alert-notification.ts';
import { exampleOf, keyOf, signatureOf, wordsOf } from '#domain/error-pattern.ts';
import { alertmanager } from '#ingest/alertmanager.ts';
import { corpus } from '../ingest/corpora.ts';
import { NOON } from './given.ts';

const instance = (labels: Record<string, string>, summary?: string): AlertInstance => ({
  ...{ fingerprint: JSON.stringify(labels), status: 'firing', labels, startsAt: NOON },
  annotations: summary === undefined ? {} : { summary },
});

type Telling = Pick<AlertEpisode, 'name' | 'service' | 'labels' | 'groupLabels' | 'annotations' | 'alerts'>;

const told = (summary: string | undefined, more: Partial<Telling> = {}): Telling => ({
  ...{ name: 'CheckoutErrors', service: 'checkout', labels: {}, groupLabels: {}, alerts: [] },
  annotations: summary === undefined ? {} : { summary },
  ...more,
});

describe('what makes two errors the same', () => {
  it('is the name of the alert and its text without figures and names of pods', () => {
    const one = signatureOf(told('3.2 % of requests fail on checkout-7d9f8b6c5d-x2x9z for 5m'));
    const other = signatureOf(told('41 % of requests fail on checkout-6c5d7d9f8b-z9x2x for 1h 2m'));
    expect(keyOf(one)).toBe(keyOf(other));
    expect(wordsOf(one)).toBe('CheckoutErrors: <*> % of requests fail on checkout-<*> for <*>');
  });

  it('is not the service: one pattern may cover several', () => {
    const of = (service: string) =>
      keyOf(signatureOf(told(`${service} fails`, { service, labels: { service_name: service } })));
    expect(of('checkout')).toBe(of('ledger'));
  });

  it.each([
    ['another alert', told('It fails', { name: 'LedgerErrors' })],
    ['another text', told('It is slow')],
    ['no text', told(undefined)],
  ])('is another with %s', (_, other) => {
    expect(keyOf(signatureOf(other))).not.toBe(keyOf(signatureOf(told('It fails'))));
  });

  it('without a text is the name alone', () => {
    expect(signatureOf(told(undefined))).toEqual({ source: 'alerts', name: 'CheckoutErrors' });
    expect(exampleOf(told(undefined))).toBeUndefined();
  });

  it('is what most alerts of a group say, in whatever order they come', () => {
    const alerts = [
      instance({ pod: 'a-1' }, 'a-1 is down'),
      instance({ pod: 'b-2' }, 'b-2 is down'),
      instance({ pod: 'c-3' }, 'Nobody knows c-3'),
    ];
    const of = (given: readonly AlertInstance[]) => signatureOf(told(undefined, { alerts: given }));
    expect(of(alerts).template).toBe('<*> is down');
    fc.assert(
      fc.property(fc.shuffledSubarray(alerts, { minLength: 3 }), (shuffled) => {
        expect(of(shuffled)).toEqual(of(alerts));
      }),
    );
  });

  it('holds against whatever a sender writes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text), (name, summary, labels) => {
        const signature = signatureOf(told(summary, { name, labels }));
        expect(keyOf(signature)).toBe(keyOf(signatureOf(told(summary, { name, labels }))));
        expect(wordsOf(signature).length).toBeLessThan(2000);
        expect(signature.template).not.toBe('');
      }),
    );
  });
});

const captured = corpus('alert-webhooks');
const groups = captured.files(/\.json$/).flatMap(([, text]) => {
  const parsed = alertmanager.parse({ headers: {}, json: JSON.parse(text), at: NOON });
  return parsed.ok
    ? parsed.events.flatMap(({ event }) => (event.type === 'alertNotification' ? [event] : []))
    : [];
});

describe.skipIf(!captured.here)(`of alerts of real Alertmanagers${captured.note}`, () => {
  const keys = groups.map((group) => {
    const labels = { ...group.groupLabels, ...group.commonLabels };
    const name = labels.alertname ?? group.alerts[0]?.labels.alertname ?? 'unnamed alert';
    const { groupLabels, commonAnnotations: annotations, alerts } = group;
    return [name, keyOf(signatureOf({ name, labels, groupLabels, annotations, alerts }))] as const;
  });

  it('those of two names are never the same', () => {
    expect(keys.length).toBeGreaterThan(20);
    for (const [name, key] of keys)
      for (const [other, otherKey] of keys) if (key === otherKey) expect(other).toBe(name);
  });
});
