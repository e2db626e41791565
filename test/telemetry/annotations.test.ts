import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { annotateDeploy, annotationOf } from '#app/jobs/annotate.ts';
import { perform } from '#app/perform.ts';
import type { Log } from '#app/ports.ts';
import type { Deploy } from '#domain/deploy.ts';
import { MINUTE } from '#domain/time.ts';
import { createAnnotations, probeGrafana } from '#telemetry/grafana/annotations.ts';
import { portsWith } from '../app/ports.ts';
import { at, CATALOG, kinds, NOON, report, story } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { type Grafana, startGrafana, TOKEN } from './grafana-stand-in.ts';

let grafana: Grafana;
let database: FreshDatabase;
let logged: string[];
beforeEach(async () => {
  grafana = await startGrafana();
  database = await freshDatabase();
  logged = [];
});
afterEach(async () => {
  await grafana.close();
  await database.close();
});

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (facts, what) => void logged.push(`${what} ${JSON.stringify(facts)}`),
  child: () => log,
};
const settings = (more = {}) => ({ url: grafana.url, token: TOKEN, headers: {}, timeout: 300, ...more });

/** A deploy of checkout whose rollout took four minutes, as the program knows it. */
function deployed(more: object = {}): Deploy {
  const { when } = story();
  const facts = { actor: 'noor', url: 'https://ci.example/runs/812?a=1&b="2"', previousVersion: 'v1.4.1' };
  const [deploy] = when(
    at('12:04'),
    report('succeeded', { version: 'v1.4.2', at: at('12:04'), startedAt: NOON, ...facts, ...more }),
  ).deploys;
  if (deploy === undefined) throw new Error('nothing was deployed');
  return deploy;
}

/** Runs the job until it is done or given up, as the loop does; gives what came of each attempt. */
async function annotated(deploy: Deploy, more = {}): Promise<readonly string[]> {
  await database.store().deploys.save(deploy);
  const clock = { now: () => at('12:04'), sleep: () => Promise.resolve() };
  const annotations = createAnnotations(settings(more));
  const store = database.store();
  const ports = portsWith({ store, clock, log, annotations });
  const task = { kind: 'annotate' as const, deploy: deploy.id };
  await store.jobs.put([{ key: 'annotate:d', lane: 'd', due: NOON, priority: 4, task }]);
  const outcomes: string[] = [];
  for (;;) {
    const [leased] = await store.jobs.lease(at('12:04') + 5 * MINUTE, MINUTE, 1);
    if (leased === undefined) return outcomes;
    outcomes.push(await perform(leased, ports));
  }
}

describe('a deploy in Grafana', () => {
  it('is marked over its rollout, with who, what and where to read on', async () => {
    expect(await annotated(deployed())).toEqual(['done']);
    expect(grafana.annotations).toEqual([
      {
        id: 1,
        time: NOON,
        timeEnd: at('12:04'),
        tags: ['bellbuoy', 'service:checkout', 'deploy:d1', 'deploy', 'version:v1.4.2'],
        text: 'checkout v1.4.2 in production, after v1.4.1, by noor <a href="https://ci.example/runs/812?a=1&amp;b=&quot;2&quot;" target="_blank">details</a>',
      },
    ]);
  });

  it('is marked at its beginning where its rollout is not known', async () => {
    await annotated(deployed({ startedAt: at('12:04') }));
    expect(grafana.annotations).toMatchObject([{ time: at('12:04'), timeEnd: at('12:04') }]);
  });

  it('is marked once, though the job is run again, and the mark follows what more is said', async () => {
    await annotated(deployed());
    await annotated(deployed());
    expect(grafana.asked.filter((request) => !request.startsWith('GET'))).toHaveLength(1);
    await annotated(deployed({ actor: 'tomas', rollback: true }));
    expect(grafana.annotations).toMatchObject([{ text: /, rollback, .* by tomas/ }]);
  });

  it('is marked once, though the answer to the first attempt was lost', async () => {
    grafana.faults.push('none', 'done-and-lost');
    expect(await annotated(deployed())).toEqual(['retried', 'done']);
    expect(grafana.annotations).toHaveLength(1);
  });

  it('is marked when Grafana is well again: after an error, after no answer', async () => {
    grafana.faults.push({ status: 500 }, 'silent');
    expect(await annotated(deployed())).toEqual(['retried', 'retried', 'done']);
    expect(grafana.annotations).toHaveLength(1);
  });

  it('is given up after five attempts when Grafana stays away', async () => {
    const away = { url: 'http://127.0.0.1:9/' };
    expect(await annotated(deployed(), away)).toEqual([...Array(4).fill('retried'), 'failed']);
  });

  it.each([
    ['a wrong token', 401, { token: 'wrong' }, []],
    ['a token that may not write', 403, { token: TOKEN }, [{ status: 403 }]],
  ])(
    'is not tried again with %s, and the log says what to do without telling the token',
    async (_, status, more, faults) => {
      grafana.faults.push(...faults);
      expect(await annotated(deployed(), more)).toEqual(['done']);
      expect(grafana.asked).toHaveLength(1);
      expect(logged.join()).toMatch(new RegExp(`${status}.*grafana.token.*role Editor`));
      expect(logged.join()).not.toContain(more.token);
    },
  );

  it('is not marked at what is no Grafana, and the log says so', async () => {
    const elsewhere = { url: grafana.url.replace('/grafana', '/login') };
    expect(await annotated(deployed(), elsewhere)).toEqual(['done']);
    expect(logged.join()).toContain('grafana.url');
  });

  it('has tags that Grafana takes, however long its version is', async () => {
    await annotated(deployed({ version: `v${'9'.repeat(490)}` }));
    expect(grafana.annotations).toHaveLength(1);
  });

  it('shows what senders wrote as text and not as HTML', () => {
    const { text } = annotationOf(deployed({ actor: '<img src=x onerror="alert(1)">' }));
    expect(text).toContain('by &lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
  });

  it('is the same as another database’s of that number only if service and time fit', async () => {
    const annotations = createAnnotations(settings());
    const deploy = deployed();
    await annotations.put(annotationOf({ ...deploy, service: 'ledger' }));
    await annotations.put(
      annotationOf({
        ...deploy,
        startedAt: at('12:00') - 90 * 24 * 60 * MINUTE,
        finishedAt: NOON - 89 * 24 * 60 * MINUTE,
      }),
    );
    expect(await annotations.put(annotationOf(deploy))).toEqual({ ok: true, value: 'created' });
    expect(grafana.annotations).toHaveLength(3);
  });

  it('is nobody’s business where no Grafana is configured', async () => {
    const deploy = deployed();
    await database.store().deploys.save(deploy);
    await annotateDeploy(deploy.id, { store: database.store(), log });
    expect(logged).toEqual([]);
  });
});

describe('the job that marks a deploy', () => {
  const catalog = { ...CATALOG, annotates: true };

  it('is put when a watched deploy has succeeded, and again when more is said of it', () => {
    const { when } = story(catalog);
    expect(kinds(when(NOON, report('started', { id: '7' })))).not.toContain('annotate');
    const done = report('succeeded', { id: '7', at: at('12:04') });
    expect(kinds(when(at('12:04'), done))).toContain('annotate');
    expect(kinds(when(at('12:05'), { ...done, part: 'us', at: at('12:05') }))).toContain('annotate');
  });

  it('is not put for one that is recorded only, that failed, or where no Grafana is configured', () => {
    const { when } = story(catalog);
    expect(kinds(when(NOON, report('succeeded', { environment: 'staging' })))).not.toContain('annotate');
    expect(kinds(when(NOON, report('failed', { version: 'v2' })))).not.toContain('annotate');
    expect(kinds(story().when(NOON, report('succeeded')))).not.toContain('annotate');
  });
});

describe('check --online', () => {
  it('says whether Grafana lets the token read annotations', async () => {
    expect(await probeGrafana(settings())).toMatchObject({ ok: true });
    expect(await probeGrafana(settings({ token: 'wrong' }))).toMatchObject({
      ...{ ok: false, found: expect.stringContaining('401') },
      remedy: expect.stringContaining('Editor'),
    });
    expect(await probeGrafana(settings({ url: 'http://127.0.0.1:9' }))).toMatchObject({ ok: false });
  });
});
