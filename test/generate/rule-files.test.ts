import { describe, expect, it } from 'vitest';
import { importSlos } from '#config/slo/import.ts';
import type { Alerting, Slo } from '#domain/budget/slo.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { ruleNotices } from '#generate/notices.ts';
import { service } from '../domain/given.ts';
import { corpus } from '../ingest/corpora.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { base, counter, promtool } from './promtool.ts';

const ratio = (name: string, more: Partial<Slo> = {}): Slo => ({
  ...{ ...base, name, sli: { kind: 'ratio', of: 'bad', promql: 'avg(x)' } },
  ...more,
});
const alerting = (more: Partial<Alerting>): Partial<Slo> => ({
  alerting: { page: true, ticket: true, ...more },
});

/** Both files hold before promtool. */
function holds({ check, test }: ReturnType<typeof promtool>) {
  expect(check.said).toContain('SUCCESS');
  expect(test.said).toContain('SUCCESS');
  expect(test.status).toBe(0);
}

describe.skipIf(!hasPrometheus())('generated rules', () => {
  it('are taken by promtool for every kind of SLI, method and window, and their own tests hold', () => {
    const slos: readonly Slo[] = [
      {
        ...base,
        name: 'bad',
        sli: { kind: 'events', counts: 'bad', part: counter('reqs{code=~"5.."}'), total: counter('reqs') },
      },
      {
        ...{ ...base, name: 'good', objective: 0.99, window: { kind: 'calendar', unit: 'month', count: 1 } },
        sli: {
          kind: 'events',
          counts: 'good',
          part: counter('reqs{path="a\\"b\\\\n"}', 'x'),
          total: counter('reqs', 'y'),
        },
      },
      {
        ...{ ...base, name: 'latency', objective: 0.95, window: { kind: 'rolling', length: 7 * DAY } },
        sli: { kind: 'latency', histogram: 'dur_seconds{a="b"}', threshold: 300 },
      },
      ratio('quarter', {
        window: { kind: 'calendar', unit: 'quarter', count: 1 },
        sli: { kind: 'ratio', of: 'good', promql: 'avg(avg_over_time(up[$window]))' },
      }),
      ratio('quiet', alerting({ page: false, ticket: false })),
    ];
    const methods = (['timeslices', 'downtime'] as const).flatMap((kind) =>
      slos.map(
        (slo): Slo => ({
          ...{ ...slo, name: `${slo.name}-${kind}` },
          method: { kind, slice: 10 * MINUTE, target: 0.95 },
        }),
      ),
    );
    const said = promtool([
      service('shop', { slos: [...slos, ...methods] }),
      service('sh-op', { slos: slos.slice(0, 1) }),
    ]);
    holds(said);
    expect(said.text).not.toContain('quiet"} > (');
  }, 60_000);

  it('have groups of different names for services and SLOs whose names would run together', () => {
    holds(
      promtool([
        service('a-b', { slos: [ratio('c')] }),
        service('a', {
          slos: [
            ...[ratio('b-c'), ratio('b'), ratio('b-period'), ratio('b/period'), ratio('period')],
            ratio('slices', { method: { kind: 'downtime', slice: MINUTE } }),
          ],
        }),
        service('slo', { slos: [ratio('b')] }),
        service('period', { slos: [ratio('b')] }),
      ]),
    );
  }, 60_000);

  it('hold where an owner’s annotations and labels are templates', () => {
    holds(
      promtool([
        service('shop', {
          slos: [
            ratio('named', {
              ...alerting({
                ...{ name: 'Mine', labels: { team: 'a "b"', who: '{{ $labels.slo }}' } },
                annotations: { summary: '{{ $labels.slo }} burns {{ $value | humanizePercentage }}' },
                pageAnnotations: { description: 'now: {{ $value }}' },
              }),
            }),
          ],
        }),
      ]),
    );
  }, 60_000);

  it('carry the annotations of each kind of alert', () => {
    const { check, test, text } = promtool([
      service('shop', {
        slos: [
          ratio('named', {
            ...alerting({
              annotations: { team: 'both' },
              pageAnnotations: { title: 'wake up', team: 'pagers' },
              ticketAnnotations: { title: 'in the morning' },
            }),
          }),
        ],
      }),
    ]);
    holds({ check, test } as ReturnType<typeof promtool>);
    expect(text).toMatch(/severity: page[\s\S]*team: pagers\n\s+title: wake up[\s\S]*title: in the morning/);
  }, 60_000);

  it('keep service, slo and severity as they are, and say which labels of the owner are left out', () => {
    const services = [
      service('shop', {
        slos: [
          ratio('named', {
            ...alerting({
              labels: { slo: 'another', service: 'shop', team: 'a', empty: '', 'not-a-name': 'x' },
              annotations: { 'not.one': 'x', fine: '' },
              pageLabels: { severity: 'wake', alertname: 'Other', __name__: 'x' },
            }),
          }),
        ],
      }),
    ];
    const said = promtool(services);
    holds(said);
    expect(said.text).not.toMatch(/another|wake|Other/);
    expect(said.text).toMatch(/severity: page\n\s+service: shop\n\s+slo: named\n\s+team: a\n/);
    expect(ruleNotices(services)).toEqual([
      'shop/named: slo, not-a-name, severity, alertname, __name__, not.one of its owner is left out of its alerts.',
    ]);
    expect(said.text).toContain('# shop/named: slo, not-a-name, severity');
  }, 60_000);

  it('leave out what is no SLI in PromQL, saying so, and nothing else', () => {
    const services = [
      service('shop', {
        slos: [
          ratio('fine'),
          ratio('odd', { sli: { kind: 'latency', histogram: 'sum(rate(x[5m]))', threshold: 300 } }),
        ],
      }),
    ];
    const said = promtool(services);
    holds(said);
    expect(ruleNotices(services)).toEqual(['shop/odd: no rules, because its histogram is not a selector.']);
  }, 60_000);

  const files = corpus('slo-specs');
  it.skipIf(!files.here)(
    `are taken by promtool for every SLO file from elsewhere, and their tests hold${files.note}`,
    () => {
      const byService = files
        .files(/^(sloth|pyrra|openslo)\/.*(input|valid|slo|custom|encode)[^/]*\.ya?ml$/)
        .filter(([name]) => !/expected|invalid|windows|crd/.test(name))
        .map(([file, text], i) => {
          const { slos } = importSlos([{ file, text }]);
          return service(`from-${i}`, { slos: slos.map(({ slo }) => slo) });
        });
      expect(byService.flatMap(({ slos }) => slos).length).toBeGreaterThan(30);
      holds(promtool(byService));
    },
    60_000,
  );
});
