import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Stores } from '#app/ports.ts';
import { facetsOfAlert, rankSimilar } from '#domain/incident/similar.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { MADE_NOW, type Made, madeIncidents, type Probe, randomFrom } from '../test/domain/incident/made.ts';
import { TOPICS } from '../test/domain/incident/topics.ts';
import { type FreshDatabase, freshDatabase } from '../test/store/database.ts';
import { entry, incident } from '../test/store/given-incidents.ts';
import { percentile, type Report } from './report.ts';

const INCIDENTS = 10_000;
const TWINS = 200;
const LONG = 5000;
/** What search and similar incidents may take, in ms at p95: they stand in the way of an alert's thread. */
const MOST = 50;
/** Share of the twins that have to come first. */
const FIRST = 0.9;

/**
 * 10,000 incidents of two years over 40 services with timelines and post-mortems in a SQLite file: how long it takes to search them, to find those like an alert that
 * fires, and to read what every event asks for. Beside it, in the same run, a scan with `LIKE`, which is what a database without an index has. And how many of 200
 * alerts find the incident that was the same failure first, among near misses.
 */
export async function incidents(): Promise<readonly Report[]> {
  const { incidents: made, probes } = madeIncidents(INCIDENTS, TWINS, 1);
  const database = await freshDatabase();
  try {
    const perIncident = await filled(database, made);
    const store = database.store();
    const searched = await times(phrases(300), (text) => store.incidents.search(text, 10));
    const peer = scanning(database.path);
    const scanned = await times(phrases(30), async (text) => peer.find(text));
    peer.close();
    const likened = await twins(probes, store);
    const long = await longTimeline(database);
    const open = await times(range(200), () => store.incidents.open());
    const collecting = await times(range(200), () => store.incidents.collecting(MADE_NOW - HOUR));
    const at = await times(range(200), () => store.incidents.at({ channel: 'CI' }));
    const inThread = await times(range(200), () => store.incidents.at({ channel: 'CI', thread: '1.0' }));
    const recent = await times(range(200), () => store.incidents.recent({ service: 'service-7', limit: 20 }));
    const p95 = (all: readonly number[]) => percentile(all, 0.95);
    const firsts = likened.first / probes.length;
    return [
      {
        title: `${made.length} incidents, ${megabytes(database.path)} MB; keeping one and indexing it takes ${perIncident.toFixed(1)} ms (p95 of search and similar has to be ≤ ${MOST} ms)`,
        rows: [
          row('search', searched),
          row('the same words by LIKE (peer)', scanned, p95(scanned) / p95(searched)),
          row('similar to an alert', likened.took),
          row('index of 5,000 entries', long.index),
          row('list of 5,000 entries', long.list),
          row('the last 20 of 5,000 entries', long.last),
          row('open()', open),
          row('collecting()', collecting),
          row('at(channel)', at),
          row('at(thread)', inThread),
          row('recent of a service', recent),
        ],
        isFailed: p95(searched) > MOST || p95(likened.took) > MOST,
      },
      {
        title: `the same failure among near misses, told in other words (first has to be ≥ ${FIRST * 100} %)`,
        rows: [
          rated('all', probes, likened.ranks),
          rated('with a label that names the part', probes, likened.ranks, true),
          rated('by words alone', probes, likened.ranks, false),
        ],
        isFailed: firsts < FIRST,
      },
    ];
  } finally {
    await database.close();
  }
}

/** Keeps all, a few of them open, and says how many ms each took. */
async function filled(database: FreshDatabase, all: readonly Made[]): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < all.length; from += 100)
    await database.store().transact(async (stores) => {
      for (const made of all.slice(from, from + 100)) await keep(stores, made);
    });
  const took = (performance.now() - began) / all.length;
  for (let i = 1; i <= 5; i += 1)
    await database.store().incidents.save(incident(all.length + i, { alerts: [`open${i}`] }));
  const key = `incident:INC-${all.length + 1}`;
  const { outbox } = database.store();
  const message = { about: 'working', at: 1, question: {} } as never;
  await outbox.put({ key, to: { channel: 'CI' }, priority: 1 as never, message }, 1);
  await outbox.sent(key, 1, { channel: 'CI', ts: '1.0' }, 1);
  return took;
}

async function keep({ incidents: kept, alerts, timelines, postmortems }: Stores, made: Made): Promise<void> {
  await alerts.save(made.episode);
  await kept.save(made.incident);
  await timelines.add(made.incident.id, made.entries, MADE_NOW);
  await postmortems.save(made.postmortem);
  await kept.index(made.incident.id);
}

/** Where the twins came: 1 is first, 0 nowhere. */
async function twins(probes: readonly Probe[], { incidents: kept }: Stores) {
  const ranks: number[] = [];
  const took = await times(probes, async ({ episode, twin }) => {
    const facets = facetsOfAlert(episode);
    const ranked = rankSimilar(facets, await kept.candidates(facets, 50), MADE_NOW);
    ranks.push(ranked.findIndex(({ incident: id }) => id === twin) + 1);
  });
  return { took, ranks, first: ranks.filter((rank) => rank === 1).length };
}

function rated(what: string, probes: readonly Probe[], ranks: readonly number[], isLabelled?: boolean) {
  const some = ranks.filter((_, i) => isLabelled === undefined || probes[i]?.isLabelled === isLabelled);
  const share = (within: number) =>
    `${((100 * some.filter((rank) => rank > 0 && rank <= within).length) / some.length).toFixed(1)} %`;
  return { what, twins: String(some.length), first: share(1), 'in the first three': share(3) };
}

async function longTimeline(database: FreshDatabase) {
  const { incidents: kept, timelines } = database.store();
  await kept.save(incident(INCIDENTS * 2));
  const id = `INC-${INCIDENTS * 2}`;
  const entries = Array.from({ length: LONG }, (_, i) =>
    entry(`e${i}`, i * MINUTE, `what happened in minute ${i} of a long day`, {
      kind: i % 5 === 0 ? 'note' : 'alert',
    }),
  );
  await timelines.add(id, entries, MADE_NOW);
  return {
    index: await times(range(20), () => kept.index(id)),
    list: await times(range(20), () => timelines.list(id)),
    last: await times(range(20), () => timelines.list(id, 20)),
  };
}

/** Reads every title, summary, note and post-mortem for the words of a text, as an index would find them. */
function scanning(path: string) {
  const opened = new Database(path, { readonly: true });
  const scan = opened.prepare(`select id from incidents i where
    value like $text or exists (select 1 from timeline t where t.incident = i.id and t.value like $text)
    or exists (select 1 from postmortems p where p.incident = i.id and p.value like $text)
    order by number desc limit 10`);
  return { find: (text: string) => scan.all({ text: `%${text}%` }), close: () => opened.close() };
}

/** What people type: one to three words, some of which stand in thousands of incidents, some nowhere. */
function phrases(count: number): readonly string[] {
  const random = randomFrom(2);
  return Array.from({ length: count }, (_, i) => {
    const { core, tellings } = random.pick(TOPICS);
    const words = random.some([...core, ...tellings[0], 'service-7', 'invoices', 'customers'], 1 + (i % 3));
    return words.join(' ');
  });
}

async function times<T>(all: readonly T[], run: (one: T) => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = [];
  for (const one of all) {
    const began = performance.now();
    await run(one);
    took.push(performance.now() - began);
  }
  return took;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}

function row(what: string, took: readonly number[], ratio?: number): Readonly<Record<string, string>> {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const sorted = took.toSorted((a, b) => a - b);
  const nearest = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return {
    ...{ what, p50: ms(nearest(0.5)), p95: ms(nearest(0.95)), max: ms(sorted.at(-1) ?? Number.NaN) },
    ...(ratio === undefined ? {} : { ratio: `${ratio.toFixed(1)}×` }),
  };
}

function megabytes(path: string): string {
  return (statSync(path).size / 1e6).toFixed(0);
}
