import { describe, expect, it } from 'vitest';
import type { AlertNotification } from '#domain/alert-notification.ts';
import { alertmanager } from '#ingest/alertmanager.ts';
import { grafana } from '#ingest/grafana.ts';
import { corpus } from './corpora.ts';
import {
  ENDED,
  GRAFANA_BODIES,
  grafanaAlert,
  grafanaBody,
  grafanaLegacy,
  grafanaTest,
  grafanaTrouble,
} from './grafana-bodies.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const parse = (json: unknown, at = AT) => grafana.parse({ headers: {}, json, at });

function told(json: unknown, at = AT): readonly AlertNotification[] {
  const parsed = parse(json, at);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.events.map(({ event }) => {
    if (event.type !== 'alertNotification') throw new Error(event.type);
    return event;
  });
}

function keyOf(json: unknown, at = AT): string | undefined {
  const parsed = parse(json, at);
  return parsed.ok ? parsed.events[0]?.dedupeKey : undefined;
}

describe('what a contact point of Grafana says', () => {
  it('becomes one notification, with what the rule read and where it is shown and silenced', () => {
    const [event, ...others] = told(grafanaBody());
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      ...{ source: 'grafana', status: 'firing', receiver: 'bellbuoy', truncated: 0 },
      externalUrl: 'https://grafana.example/',
      commonLabels: { alertname: 'CheckoutSlow', service_name: 'checkout' },
    });
    expect(event?.alerts[0]).toMatchObject({
      ...{ fingerprint: 'c6eadffa33fcdf37', startsAt: Date.UTC(2026, 10, 24, 10, 51, 3, 157) },
      values: { B: 1.2345678, C: 1 },
      pages: {
        dashboard: 'https://grafana.example/d/shop?orgId=1',
        panel: 'https://grafana.example/d/shop?orgId=1&viewPanel=4',
        silence: expect.stringContaining('/alerting/silence/new'),
      },
    });
    expect(event?.alerts[0]).not.toHaveProperty('endsAt');
  });

  it('is the same when sent again, and another when it resolves', () => {
    expect(keyOf(grafanaBody(), AT + 3_600_000)).toBe(keyOf(grafanaBody()));
    expect(keyOf(grafanaBody(ENDED, ENDED))).not.toBe(keyOf(grafanaBody()));
  });

  it('is another group in another organisation, and in another Grafana', () => {
    const keys = [{}, { orgId: 2 }, { externalURL: 'https://other.example/' }].map(
      (more) => told(grafanaBody(more))[0]?.groupKey,
    );
    expect(new Set(keys).size).toBe(3);
  });

  it.each([
    ['no values', { values: null, valueString: '' }, undefined],
    ['values that are no numbers', { values: { B: 'NaN', C: null, D: {}, E: '2.5' } }, { E: 2.5 }],
    ['a query of an odd name', { values: JSON.parse('{"__proto__":3}') }, JSON.parse('{"__proto__":3}')],
    [
      'values only as text',
      {
        values: null,
        valueString:
          "[ var='B0' metric='x' labels={} value=1 ], [ var='B' labels={a=b} value=14151.331895396988 ], [ metric='p99' labels={} value=NaN ], [ var='C' labels={} type='threshold' value=1 ]",
      },
      { B: 14151.331895396988, C: 1 },
    ],
  ])('with %s is read', (_, alert, values) => {
    expect(told(grafanaBody({}, alert))[0]?.alerts[0]?.values).toEqual(values);
  });

  it('without addresses gives none, and not empty ones', () => {
    const [event] = told(grafanaBody({}, { dashboardURL: '', panelURL: null, silenceURL: undefined }));
    expect(event?.alerts[0]).not.toHaveProperty('pages');
  });

  it.each([
    ['DatasourceNoData', 'CheckoutSlow (no data)'],
    ['DatasourceError', 'CheckoutSlow (error)'],
  ] as const)('of %s bears the name of the rule', (alertname, name) => {
    const [event] = told(grafanaTrouble(alertname));
    const names = [event?.groupLabels, event?.commonLabels, event?.alerts[0]?.labels];
    expect(names.map((labels) => labels?.alertname)).toEqual([name, name, name]);
  });

  it('from the button Test begins and ends at once: its resolution would never come', () => {
    expect(told(grafanaTest()).map(({ status, alerts }) => [status, alerts[0]?.endsAt])).toEqual([
      ['firing', undefined],
      ['resolved', AT],
    ]);
    const parsed = parse(grafanaTest());
    expect(new Set(parsed.ok ? parsed.events.map(({ dedupeKey }) => dedupeKey) : []).size).toBe(2);
  });

  it.each<[string, unknown, RegExp]>([
    ['a body of Alertmanager', grafanaBody({ version: '4' }), /version .*\/webhooks\/alertmanager/],
    ['no alerts', grafanaBody({ alerts: [] }), /alerts/],
    ['values that are a list', grafanaBody({}, { values: [1] }), /alerts\[0\]\.values/],
    ['an alert without a start', grafanaBody({ alerts: [grafanaAlert({ startsAt: 'now' })] }), /startsAt/],
    ['a template of one’s own', { text: 'CheckoutSlow fires' }, /groupKey/],
  ])('with %s is refused, naming the field', (_, body, words) => {
    const parsed = parse(body);
    const problems = parsed.ok ? [] : parsed.problems.map(({ where, what }) => `${where} ${what}`);
    expect(problems.join('\n')).toMatch(words);
  });

  it('sent to the path of Alertmanager is refused with the right path', () => {
    const parsed = alertmanager.parse({ headers: {}, json: grafanaBody(), at: AT });
    expect(JSON.stringify(parsed)).toContain('/webhooks/grafana');
  });
});

describe('what Grafana said before unified alerting', () => {
  it('becomes a group of one, its rule, with the values that it read', () => {
    const [event] = told(grafanaLegacy());
    expect(event).toMatchObject({
      ...{ source: 'grafana', status: 'firing' },
      commonLabels: { alertname: 'CheckoutSlow', service_name: 'checkout' },
      commonAnnotations: { summary: 'p99 of checkout is above 1 s' },
    });
    expect(event?.alerts[0]).toMatchObject({ startsAt: AT, values: { p99: 1.5 } });
  });

  it('resolves the same group and the same alert', () => {
    const [fired] = told(grafanaLegacy());
    const [ended] = told(grafanaLegacy({ state: 'ok', evalMatches: [] }), AT + 60_000);
    expect([ended?.groupKey, ended?.alerts[0]?.fingerprint]).toEqual([
      fired?.groupKey,
      fired?.alerts[0]?.fingerprint,
    ]);
    expect(ended).toMatchObject({ status: 'resolved', alerts: [{ endsAt: AT + 60_000 }] });
  });

  it('is told again a week later: it names no time, so each arrival is its own', () => {
    expect(keyOf(grafanaLegacy(), AT + 7 * 86_400_000)).not.toBe(keyOf(grafanaLegacy()));
  });

  it.each(['pending', 'paused'])('that a rule is %s is nothing to tell', (state) => {
    expect(parse(grafanaLegacy({ state }))).toMatchObject({ ok: true, events: [] });
  });
});

describe('bodies of either kind', () => {
  it.each(GRAFANA_BODIES.map((body) => [body]))('give the same events each time: %o', (body) => {
    expect(parse(structuredClone(body))).toEqual(parse(body));
  });
});

const docs = corpus('alert-webhooks/grafana-docs');
describe.skipIf(!docs.here)(`the bodies of Grafana’s documentation${docs.note}`, () => {
  it('are read', () => {
    const files = docs.files(/\.json$/);
    expect(files.length).toBeGreaterThan(0);
    for (const [name, text] of files) expect(parse(JSON.parse(text)), name).toMatchObject({ ok: true });
  });
});
