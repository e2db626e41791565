import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { budgetLines, serviceBudget } from '#app/answers/budget.ts';
import { coverageOf } from '#app/answers/coverage.ts';
import { digest, digestOf } from '#app/answers/digest.ts';
import { wholeWeek } from '#domain/digest/week.ts';
import type { Catalog } from '#domain/service.ts';
import { DAY } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { digestBlocks, digestMessage } from '#slack/messages/digest.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { digestWorld } from './digest-world.ts';
import { portsWith } from './ports.ts';

/** A Monday at nine in Berlin. */
const NOW = Date.parse('2026-11-23T08:00Z');
const FATES = ['spent', 'atRisk', 'mending', 'spent', 'atRisk'] as const;

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const ports = (catalog: Catalog, now = NOW) =>
  portsWith({
    store: database.store(),
    log: createLog('silent'),
    catalog: { current: () => catalog },
    clock: { now: () => now, sleep: async () => undefined },
  });

const wordsOf = (blocks: readonly unknown[]) => JSON.stringify(blocks);

describe('the digest of a fleet of 60 services and eight weeks', () => {
  let catalog: Catalog;
  beforeEach(async () => {
    catalog = await digestWorld(database.store(), NOW, { services: 60, fates: FATES });
  });
  const told = async (owner?: string) =>
    digestOf(owner, wholeWeek(NOW, 'Europe/Berlin'), 's_1', ports(catalog));

  it('has the figures of /obs budget at the same moment, of each budget, its spenders too', async () => {
    const { answer } = await told();
    const lines = await budgetLines(catalog.services, ports(catalog));
    const all = [...answer.entries, ...answer.rest];
    expect(all.map(({ service, slo }) => `${service} ${slo}`)).toEqual(
      lines.map(({ service, slo }) => `${service} ${slo}`),
    );
    for (const [i, line] of lines.entries()) expect(all[i]).toMatchObject(line);
    const [worst] = answer.entries;
    const [service] = catalog.services.filter(({ name }) => name === worst?.service);
    if (service === undefined) throw new Error('no service');
    const asked = await serviceBudget(service, 's_2', ports(catalog));
    if (asked.answer.kind !== 'budget') throw new Error(asked.answer.kind);
    expect(worst?.spenders).toEqual(asked.answer.budgets.find(({ slo }) => slo === worst?.slo)?.spenders);
  });

  it('says how many have SLOs, and counts those without data as /obs coverage does', async () => {
    const { answer } = await told();
    expect(answer.coverage).toEqual({ services: 60, withSlo: 57, noData: 3 });
    const { cards } = await coverageOf(ports(catalog));
    expect(cards.filter(({ aspects }) => aspects.slo === 'noData')).toHaveLength(3);
    expect(answer.counts).toMatchObject({ over: 2, atRisk: 2, noData: 3 });
  });

  it('says who needs help within the first screen, by name, before the picture and anything else', async () => {
    const { answer } = await told();
    const { text, blocks } = digestMessage(
      {
        ...{ about: 'digest', at: NOW, digest: '2026-11-23', answer, problems: [] },
        picture: { snapshot: 's_1', alt: 'the week' },
      },
      'F0PICTURE1',
    );
    const [first, second] = blocks;
    expect(first?.type).toBe('section');
    expect(wordsOf([first])).toMatch(
      /Reliability, week 47\* · as of .*57 of 60 services have SLOs, 3 without data.*:red_circle: 2 over budget: \*service-0004\*, \*service-0001\*.*:large_yellow_circle: 2 at risk: \*service-0002\*, \*service-0005\*.*:large_green_circle: 50 well · :white_circle: 3 without data/,
    );
    // At 360 px a line of Slack’s holds about 45 characters, and a screen some 14 lines.
    const shown = wordsOf([first]).replaceAll(/<!date[^|]*\|([^>]*)>/g, '$1');
    expect(shown.length).toBeLessThan(14 * 45);
    expect(second?.type).toBe('image');
    expect(text).toMatch(/^Reliability, week 47: 2 over budget \(service-0004, service-0001\), 2 at risk/);
  });

  it('tells what last week spent against the week before, and the part of the traffic', async () => {
    const { answer } = await told();
    const of = (name: string) =>
      [...answer.entries, ...answer.rest].find(
        ({ service, slo }) => service === name && slo === 'availability',
      );
    const bad = of('service-0001');
    expect(bad?.trend).toBe('more');
    // 5 % of a day’s requests and 0.02 % of six days’, of 0.1 % of thirty days’.
    expect(bad?.week?.share).toBeCloseTo((0.05 + 6 * 0.0002) / (30 * 0.001), 5);
    expect(of('service-0003')?.trend).toBe('less');
    expect(of('service-0010')?.trend).toBe('same');
    const parts = new Map(
      [...answer.entries, ...answer.rest].map(({ service, traffic }) => [service, traffic]),
    );
    expect([...parts.values()].reduce<number>((sum, part = 0) => sum + part, 0)).toBeCloseTo(1);
  });

  it('draws what each day spent, of those who need most first', async () => {
    const { answer, drawing } = await told();
    expect(drawing?.days.map(({ label }) => label)[0]).toBe('Mon 16');
    expect(drawing?.rows.slice(0, 4).map(({ name }) => name)).toEqual(
      answer.entries.slice(0, 4).map(({ service }) => service),
    );
    const [first] = drawing?.rows ?? [];
    expect(first?.spent).toHaveLength(7);
    const whole = first?.spent.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    expect(whole).toBeCloseTo(answer.entries[0]?.week?.share ?? Number.NaN, 6);
    expect((drawing?.rows.length ?? 0) + (drawing?.hidden ?? 0)).toBe(
      answer.entries.length + answer.rest.length,
    );
  });

  it('of one owner tells of their services alone', async () => {
    const { answer } = await told('payments');
    const owners = new Set([...answer.entries, ...answer.rest].map(({ owner }) => owner));
    expect([...owners]).toEqual(['payments']);
    expect(answer.coverage.services).toBe(15);
    expect(wordsOf(digestBlocks(answer).blocks)).toContain('Reliability of payments, week 47');
  });

  it('sets a recovery plan beside what was spent since', async () => {
    const by = { kind: 'person', user: 'U0OWNER001' } as const;
    const plan = {
      service: 'service-0003',
      slo: 'availability',
      text: 'Cap the pool',
      by,
      at: NOW - 9 * DAY,
    };
    const { digests } = database.store();
    await digests.savePlan({ ...plan, text: 'An earlier one', at: NOW - 12 * DAY });
    await digests.savePlan(plan);
    await digests.savePlan({ ...plan, service: 'service-0001', at: NOW - DAY });
    const { answer } = await told();
    const of = (name: string) =>
      answer.entries.find(({ service, slo }) => service === name && slo === 'availability');
    const words = wordsOf(digestBlocks(answer).blocks);
    expect(of('service-0001')?.plan?.result).toEqual({ kind: 'tooEarly' });
    expect(of('service-0003')?.plan?.result).toMatchObject({ kind: 'known' });
    expect(words).toMatch(/plan of <@U0OWNER001>, .*_Cap the pool_ → too early to see what it does/);
    expect(words).toMatch(/_Cap the pool_ → spends 8\d % less a day since/);
    expect(words).not.toContain('An earlier one');
    // What is well again stands there with what helped, and needs no other plan.
    expect(of('service-0003')?.colour).toBe('green');
    expect(words.match(/digest-plan/g)).toHaveLength(answer.entries.length - 1);
  });
});

describe('a digest of 1,000 services', () => {
  it('is one message that Slack takes, which counts what it leaves out and still tells of deploys', async () => {
    const fates = Array.from({ length: 400 }, (_, i) => FATES[i % FATES.length] ?? 'spent');
    const catalog = await digestWorld(database.store(), NOW, { services: 1000, fates, every: DAY });
    const { answer } = await digest(undefined, 's_1', ports(catalog));
    if (answer.kind !== 'digest') throw new Error(answer.kind);
    const files = { isUsable: () => true };
    const { text, blocks } = digestMessage(
      {
        ...{ about: 'digest', at: NOW, digest: '2026-11-23', answer, problems: [], late: NOW },
        picture: { snapshot: 's_1', alt: 'the week' },
      },
      'F0PICTURE1',
    );
    judgeBlocks(blocks, files);
    expect(blocks.length).toBeLessThanOrEqual(48);
    expect(text.length).toBeLessThan(600);
    const words = wordsOf(blocks);
    expect(words.length).toBeLessThan(12_500);
    expect(words).toMatch(/and \d+ more budgets that need somebody/);
    expect(words).toMatch(/and \d+ more budgets;/);
    expect(words).toContain('*Deploys*');
    expect(words).toMatch(/\*Least observed\*: service-0995 \(signals, SLO, .*\), .* · none lack nothing/);
    expect(words).not.toContain('The rest did not fit');
  });
});
