import { describe, expect, it } from 'vitest';
import { alertmanager } from '#ingest/alertmanager.ts';
import { corpus } from './corpora.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const parse = (json: unknown) => alertmanager.parse({ headers: {}, json, at: AT });

const body = (more: object = {}) => ({
  version: '4',
  groupKey: '{}:{alertname="A"}',
  status: 'firing',
  groupLabels: { alertname: 'A' },
  commonLabels: { alertname: 'A', severity: 'page' },
  commonAnnotations: {},
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'A' },
      annotations: {},
      startsAt: '2026-11-24T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
    },
  ],
  ...more,
});

describe('what Alertmanager says', () => {
  it('becomes one notification; a firing alert has no end, whatever its endsAt says', () => {
    const parsed = parse(body({ truncatedAlerts: 3, externalURL: 'http://am' }));
    expect(parsed).toMatchObject({
      ok: true,
      events: [
        {
          event: {
            type: 'alertNotification',
            groupKey: '{}:{alertname="A"}',
            truncated: 3,
            externalUrl: 'http://am',
          },
        },
      ],
    });
    const [alert] =
      parsed.ok && parsed.events[0]?.event.type === 'alertNotification' ? parsed.events[0].event.alerts : [];
    expect(alert).not.toHaveProperty('endsAt');
    expect(alert?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is the same when sent again, and another when an alert changes', () => {
    const key = (json: unknown) => {
      const parsed = parse(json);
      return parsed.ok ? parsed.events[0]?.dedupeKey : undefined;
    };
    expect(key(body())).toBe(key(JSON.parse(JSON.stringify(body()))));
    const resolved = body({
      status: 'resolved',
      alerts: [{ ...body().alerts[0], status: 'resolved', endsAt: '2026-11-24T10:09:00Z' }],
    });
    expect(key(resolved)).not.toBe(key(body()));
    expect(key(body({ groupKey: 'other' }))).not.toBe(key(body()));
  });

  it('takes the group’s status for an alert that has none', () => {
    const { status: _, ...alert } = body().alerts[0] ?? {};
    const parsed = parse(body({ alerts: [alert, { ...alert, status: '' }] }));
    expect(parsed).toMatchObject({
      events: [{ event: { alerts: [{ status: 'firing' }, { status: 'firing' }] } }],
    });
  });

  it.each<[string, object, RegExp]>([
    ['another version', { version: '5' }, /version/],
    ['no alerts', { alerts: [] }, /alerts/],
    [
      'an alert without a start',
      { alerts: [{ status: 'firing', labels: {}, annotations: {} }] },
      /alerts\[0\]\.startsAt/,
    ],
    ['a status that there is not', { status: 'smouldering' }, /status/],
    ['labels that are none', { groupLabels: 'x' }, /groupLabels/],
  ])('with %s is refused, naming the field', (_, more, words) => {
    const parsed = parse(body(more));
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.problems.map(({ where, what }) => `${where} ${what}`).join()).toMatch(
      words,
    );
  });
});

const captured = corpus('alert-webhooks');
const bodies = captured.files(/\.json$/).flatMap(([name, text]): [string, Record<string, unknown>][] => {
  const json: unknown = JSON.parse(text);
  const looksRight =
    typeof json === 'object' &&
    json !== null &&
    'alerts' in json &&
    'groupLabels' in json &&
    'version' in json;
  return looksRight ? [[name, json as Record<string, unknown>]] : [];
});

describe.skipIf(!captured.here)(`bodies of real Alertmanagers${captured.note}`, () => {
  it('are there', () => expect(bodies.length).toBeGreaterThan(20));

  it.each(bodies)('are read: %s', (_, json) => {
    const parsed = parse(json);
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    expect(parse(structuredClone(json))).toEqual(parsed);
  });
});
