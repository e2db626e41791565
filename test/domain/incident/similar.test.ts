import { describe, expect, it } from 'vitest';
import { type Candidate, type Facets, facetsOfAlert, rankSimilar } from '#domain/incident/similar.ts';
import { DAY } from '#domain/time.ts';
import { episode } from '../../store/given-incidents.ts';

const NOW = 1000 * DAY;
const facets = (more: Partial<Facets> = {}): Facets => ({
  ...{ services: ['checkout'], alerts: ['HighErrorRate'], labels: {}, text: '' },
  ...more,
});
const earlier = (incident: string, more: Partial<Facets> = {}, days = 10, textRank = 0): Candidate => ({
  ...{ incident, at: NOW - days * DAY, facets: facets(more), textRank },
});
const ranked = (of: Facets, candidates: readonly Candidate[]) =>
  rankSimilar(of, candidates, NOW).map(({ incident }) => incident);

describe('an earlier incident is similar', () => {
  it('where the same alert fired for the same service, and it says so', () => {
    expect(rankSimilar(facets(), [earlier('INC-1')], NOW)).toEqual([
      {
        incident: 'INC-1',
        score: 0.6,
        why: [
          { kind: 'alert', name: 'HighErrorRate' },
          { kind: 'service', name: 'checkout' },
        ],
        ago: 10 * DAY,
      },
    ]);
  });

  it('the more, the rarer the labels are that it has in common', () => {
    const labels = { env: 'production', queue: 'invoices' };
    const candidates = [
      earlier('INC-1', { labels: { env: 'production', queue: 'mails' } }),
      earlier('INC-2', { labels: { env: 'staging', queue: 'invoices' } }, 500),
      ...Array.from({ length: 8 }, (_, i) => earlier(`INC-${i + 3}`, { labels: { env: 'production' } }, 20)),
    ];
    const [first, second] = rankSimilar(facets({ labels }), candidates, NOW);
    expect(first?.incident).toBe('INC-2');
    expect(first?.why[2]).toEqual({ kind: 'label', name: 'queue', value: 'invoices' });
    expect(second?.score).toBeLessThan(first?.score ?? 0);
  });

  it('by its words where no alert fired, when the service is the same', () => {
    const text = 'invoices are charged twice since the ledger replays webhooks';
    const of = facets({ alerts: [], text });
    const told = { alerts: [], text: 'Ledger: replayed webhooks charged customers twice' };
    const other = { alerts: [], text: 'disk of the archive is full' };
    const others = Array.from({ length: 10 }, (_, i) => earlier(`INC-${i + 3}`, other, 1, 0.1));
    const found = rankSimilar(of, [...others, earlier('INC-2', told, 90, 1)], NOW);
    expect(found.map(({ incident }) => incident)).toEqual(['INC-2']);
    expect(found[0]?.why).toContainEqual({ kind: 'text' });
  });

  it('the more when the same thing set it off', () => {
    const trigger = { kind: 'flag' as const, subject: 'new-checkout' };
    const candidates = [
      earlier('INC-1', { trigger: { kind: 'flag', subject: 'other' } }, 1),
      earlier('INC-2', { trigger }, 20),
      earlier('INC-3', {}, 1),
    ];
    expect(ranked(facets({ trigger }), candidates)).toEqual(['INC-2', 'INC-1', 'INC-3']);
  });

  it('before another that is as much alike, when it was later', () => {
    expect(
      ranked(facets(), [earlier('INC-1', {}, 30), earlier('INC-2', {}, 3), earlier('INC-3', {}, 9)]),
    ).toEqual(['INC-2', 'INC-3', 'INC-1']);
  });
});

describe('nothing is similar', () => {
  it('by the service alone, by the alert’s name alone, or by a template that all its alerts share', () => {
    const text =
      'Error ratio above the threshold for five minutes, see the runbook for what to do about errors';
    const candidates = [
      earlier('INC-1', { alerts: ['LatencyHigh'] }),
      ...Array.from({ length: 9 }, (_, i) => earlier(`INC-${i + 2}`, { services: [`s${i}`], text }, 10, 1)),
    ];
    expect(ranked(facets({ text }), candidates)).toEqual([]);
    expect(ranked(facets({ text }), [earlier('INC-1', { services: ['cart'], text }, 10, 1)])).toEqual([]);
  });

  it('where there was nothing before, or only what has nothing in common', () => {
    expect(ranked(facets(), [])).toEqual([]);
    const stranger = { services: ['cart'], alerts: ['DiskFull'], text: 'disk is full' };
    expect(ranked(facets({ text: 'errors' }), [earlier('INC-1', stranger)])).toEqual([]);
    const nothing = { services: [], alerts: [], labels: {}, text: '' };
    expect(ranked(nothing, [earlier('INC-1'), earlier('INC-2', nothing)])).toEqual([]);
  });
});

it('the order of what is compared does not matter', () => {
  const candidates = Array.from({ length: 30 }, (_, i) =>
    earlier(`INC-${i}`, { labels: { queue: `q${i % 4}` }, text: `pool exhausted ${'abc'[i % 3]}xyz` }, i % 5),
  );
  const of = facets({ labels: { queue: 'q2' }, text: 'pool exhausted axyz' });
  expect(rankSimilar(of, candidates.toReversed(), NOW)).toEqual(rankSimilar(of, candidates, NOW));
});

describe('an alert is compared', () => {
  it('by its name, its service, what it says, and labels that will be the same the next time', () => {
    const labels = {
      ...{ alertname: 'QueueGrowing', severity: 'page', queue: 'invoices', env: 'production' },
      ...{ pod: 'worker-7d9f8b6c5f-x2x9z', instance: '10.2.3.4:9090', node: 'ip-10-0-0-1', replica: '1' },
      ...{ workload: 'worker-7d9f8b6c5f-x2x9z', peer: '10.2.3.4', host_ip: '::1', trace_id: 'abc' },
      ...{ address: 'fe80::1', target: 'db.internal:5432', commit: '4f0c9a1b2c3d4e5f' },
    };
    const annotations = { summary: 'The queue grows', runbook_url: 'https://runbooks.example/queue' };
    expect(facetsOfAlert(episode('a1', { name: 'QueueGrowing', labels, annotations }))).toEqual({
      services: ['checkout'],
      alerts: ['QueueGrowing'],
      labels: { queue: 'invoices', env: 'production' },
      text: 'QueueGrowing\nThe queue grows',
    });
  });

  it('without a service where none fits', () => {
    const { service, ...unknown } = episode('a1');
    expect(facetsOfAlert(unknown).services).toEqual([]);
  });
});
