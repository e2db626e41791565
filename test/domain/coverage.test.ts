import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASPECTS, byLack, countsOf, scorecardOf } from '#domain/coverage.ts';
import type { Service } from '#domain/service.ts';
import { service } from './given.ts';

const NOTHING = { signals: false, counts: false, version: false };
const ALL = { signals: true, counts: true, version: true };
const whole: Partial<Service> = {
  owner: 'payments',
  overrides: { rate: 'x', errorRatio: 'x', p99: 'x' },
  preset: { name: 'otel-http' } as NonNullable<Service['preset']>,
  slos: [{ name: 'availability' } as Service['slos'][number]],
  links: { runbook: 'https://wiki', dashboard: 'https://grafana', traces: 'https://tempo' },
};

describe('how far a service is observed', () => {
  it('is whole when everything is set up and measured', () => {
    expect(scorecardOf(service('checkout', whole), ALL)).toMatchObject({ owner: 'payments', covered: 7 });
  });

  it('tells what is set up without data from what is not set up at all', () => {
    const { aspects, covered } = scorecardOf(service('checkout', whole), NOTHING);
    expect(covered).toBe(4);
    expect(aspects).toMatchObject({ signals: 'noData', slo: 'noData', version: 'noData', owner: 'yes' });
    expect(scorecardOf(service('bare'), NOTHING).aspects).toMatchObject({ signals: 'no', slo: 'no' });
  });

  it('does not count what was measured of a thing that is not set up', () => {
    expect(scorecardOf(service('bare'), ALL).covered).toBe(0);
  });

  it('comes with the least observed first; of two that lack as much, the one that lacks what matters more', () => {
    const cards = [
      scorecardOf(service('whole', whole), ALL),
      scorecardOf(service('blind', { ...whole, links: { ...whole.links }, slos: [] }), ALL),
      scorecardOf(service('untraced', { ...whole, links: { runbook: 'x', dashboard: 'x' } }), ALL),
      scorecardOf(service('bare'), ALL),
    ];
    expect(cards.toSorted(byLack).map(({ service: name }) => name)).toEqual([
      ...['bare', 'blind', 'untraced', 'whole'],
    ]);
  });

  it('adds up: of each aspect there are as many as there are cards, and fewer', () => {
    const seen = fc.record({ signals: fc.boolean(), counts: fc.boolean(), version: fc.boolean() });
    const one = fc
      .tuple(fc.boolean(), seen, fc.nat())
      .map(([isWhole, of, i]) => scorecardOf(service(`s${i}`, isWhole ? whole : {}), of));
    fc.assert(
      fc.property(fc.array(one), (cards) => {
        const counts = countsOf(cards);
        const yes = ASPECTS.reduce((sum, aspect) => sum + counts[aspect].yes, 0);
        expect(yes).toBe(cards.reduce((sum, { covered }) => sum + covered, 0));
      }),
    );
  });
});
