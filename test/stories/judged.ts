import type { Deploy } from '#domain/deploy.ts';
import { job, PRIORITY } from '#domain/job.ts';
import { MINUTE } from '#domain/time.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { freshDatabase } from '../store/database.ts';

/** A deploy of checkout whose watch ended with a verdict. */
export function judged(id: string, version: string, verdict: Verdict, more: Partial<Deploy> = {}): Deploy {
  const startedAt = Date.now() - 30 * MINUTE;
  const window = { from: startedAt + MINUTE, to: startedAt + 16 * MINUTE };
  const effect = { before: 0.001, after: 0.025, absolute: 0.024 };
  return {
    ...{ id, service: 'checkout', hints: { service: 'checkout' }, version, environment: 'production' },
    ...{ status: 'succeeded', startedAt, finishedAt: startedAt, actor: 'noor', changes: [], parts: [] },
    channel: '#payments',
    watch: {
      state: 'done',
      baseline: { from: startedAt - 10 * MINUTE, to: startedAt },
      window,
      looks: 15,
      looksPlanned: 15,
      latest: {
        at: window.to,
        before: { values: { errorRatio: effect.before }, problems: [] },
        after: { values: { errorRatio: effect.after }, problems: [] },
      },
      verdict: {
        verdict,
        signals: [
          { measure: 'errorRatio', verdict, effect, floor: { relative: 0.1 }, looks: 15, reasons: [] },
        ],
        reasons: [],
      },
    },
    ...more,
  };
}

/** A database in which these deploys were judged and are about to be told. */
export async function judgedBefore(deploys: readonly Deploy[]): Promise<string> {
  const { store, handle, path } = await freshDatabase();
  for (const deploy of deploys) {
    await store().deploys.save(deploy);
    if (deploy.channel === undefined) continue;
    const due = Date.now();
    await store().jobs.put([
      job(`announce:${deploy.id}`, `deploy:${deploy.id}:root`, due, PRIORITY.verdict, {
        kind: 'announceDeploy',
        deploy: deploy.id,
      }),
      job(`report:${deploy.id}:end`, `deploy:${deploy.id}:watch`, due, PRIORITY.verdict, {
        kind: 'reportDeploy',
        deploy: deploy.id,
      }),
    ]);
  }
  await handle().close();
  return path;
}
