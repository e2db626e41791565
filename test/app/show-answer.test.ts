import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { showAnswer } from '#app/jobs/show-answer.ts';
import type { DeployReportMessage } from '#app/message.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { DeployReport } from '#domain/event.ts';
import type { RollbackWay } from '#domain/rollback-way.ts';
import { render } from '#slack/messages/render.ts';
import { CATALOG, HOUR, MINUTE, NOON, report, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { judged } from '../stories/judged.ts';

const WAY: RollbackWay = { kind: 'link', template: 'https://ci.example/back?from={version}' };
const catalog = { current: () => ({ ...CATALOG, services: [service('checkout', { rollback: WAY })] }) };
const clock = { now: () => NOON + 2 * HOUR, sleep: () => Promise.resolve() };
const KEY = 'deploy:d900:report';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

/** A deploy whose report stands in Slack, with the link under it. */
async function reported(deploy: Deploy) {
  const { store } = database.handle();
  await store.deploys.save(deploy);
  const message: DeployReportMessage = {
    ...{ about: 'deployReport', at: NOON, deploy, rows: [], links: {}, queries: [], problems: [] },
    rollback: { kind: 'link', url: 'https://ci.example/back?from=v1' },
  };
  await store.outbox.put({ key: KEY, to: { channel: '#payments' }, priority: 2, message }, NOON);
  return store;
}

/** What the report is to be, after all that is due was done. */
async function shown() {
  const { store } = database.handle();
  for (const { id, job } of await store.jobs.lease(clock.now() + HOUR, MINUTE, 20)) {
    if (job.task.kind === 'showAnswer') await showAnswer(job.task, { store, catalog, clock });
    await store.jobs.complete(id, clock.now());
  }
  const message = (await store.outbox.find(KEY))?.message;
  if (message === undefined) throw new Error('there is no report');
  return JSON.stringify(render(message, undefined));
}

async function told(event: DeployReport) {
  const { store } = database.handle();
  await store.inbox.append({
    source: 'test',
    dedupeKey: `${event.version}-${event.status}`,
    at: event.at,
    event,
  });
  await accept(await store.inbox.pending(9), { store, clock, catalog, failpoint: () => undefined });
}

describe('the report of a degraded deploy', () => {
  it('offers no way back any more once a newer deploy took its place, and offers it again where that one failed', async () => {
    const store = await reported(judged('d900', 'v1', 'degraded', { startedAt: NOON }));
    for (let n = 1; n <= 30; n += 1) {
      const elsewhere = { environment: 'staging', startedAt: NOON + n * MINUTE };
      await store.deploys.save(judged(`s${n}`, `s${n}`, 'steady', elsewhere));
    }
    expect(await shown()).toContain('Open rollback');
    await told(report('started', { version: 'v2', at: NOON + HOUR }));
    expect(await shown()).not.toContain('Open rollback');
    await told(report('failed', { version: 'v2', at: NOON + HOUR + MINUTE }));
    expect(await shown()).toContain('Open rollback');
  });

  it('keeps its own verdict and figures when somebody answers, whatever the watch has found since', async () => {
    const store = await reported(judged('d900', 'v1', 'degraded', { startedAt: NOON }));
    const by = { kind: 'person' as const, user: 'U1' };
    const expected = { reason: 'a load test', of: 'degraded' as const, at: NOON, by };
    await store.deploys.save(judged('d900', 'v1', 'inconclusive', { startedAt: NOON, expected }));
    await showAnswer({ kind: 'showAnswer', deploy: 'd900', where: 'report' }, { store, catalog, clock });
    const words = await shown();
    expect(words).toMatch(/checkout v1: degraded/);
    expect(words).not.toContain('inconclusive');
    expect(words).toContain('a load test');
  });
});
