import type { Deploy, Watch } from '#domain/deploy.ts';
import { stepOf } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Instant, type Range } from '#domain/time.ts';
import { judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import { errorFloor } from '#domain/verdict/deploy-signals.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { boundsOf } from '#domain/verdict/watched.ts';
import type { Ports } from './ports.ts';

/** How far back ordinary moments are taken from. */
const HISTORY = 7 * DAY;

/** What was judged, the queries it was judged from, and whether all of the window could be read. */
export type Judged = {
  readonly verdict: DeployVerdict;
  readonly observed: Observed;
  readonly isSettled: boolean;
};

/** Judges a watched deploy by what its service's metrics say up to `now` (UTC); the same again whenever it is asked for the same window. */
export async function judgeWatch(
  deploy: Deploy,
  watch: Watch,
  service: Service,
  now: Instant,
  { observer, store }: Pick<Ports, 'observer' | 'store'>,
): Promise<Judged> {
  const { baseline, window } = watch;
  const to = Math.min(now - (watch.lag ?? 0), window.to);
  const recent = await observer.observe(service, { from: baseline.from, to }, stepOf(watch));
  const begin = recent.times[0] ?? baseline.from;
  const reach = { from: begin - HISTORY, to: begin };
  const [past, disturbed] = await Promise.all([
    // Whoever does not answer now is not asked for a week of history.
    isAway(recent)
      ? { ...recent, ...NO_HISTORY }
      : observer.observe(service, reach, recent.step, boundsOf(recent, baseline)),
    disturbances(deploy, { from: reach.from, to: window.to }, store),
  ]);
  const floor = errorFloor(
    service.slos.flatMap(({ sli, objective }) => (sli.kind === 'latency' ? [] : [objective])),
  );
  const verdict = judgeDeploy(past, recent, { baseline, window, disturbed: disturbed.ranges, floor });
  return {
    verdict: { ...verdict, reasons: [...verdict.reasons, ...disturbed.reasons] },
    observed: recent,
    isSettled: isRead(recent, to),
  };
}

/** What else happened: other deploys and pages are not ordinary, and those just before may have spoiled the baseline. */
async function disturbances(
  deploy: Deploy,
  range: Range,
  store: Ports['store'],
): Promise<{ readonly ranges: readonly Range[]; readonly reasons: readonly string[] }> {
  const name = deploy.service ?? '';
  const [deploys, alerts] = await Promise.all([
    store.deploys.during(range, [name]),
    store.alerts.during(range, name),
  ]);
  const others = deploys.filter(
    ({ id, environment }) => id !== deploy.id && environment === deploy.environment,
  );
  const pages = alerts.filter(
    ({ severity, startedAt }) => severity === 'page' && startedAt < deploy.startedAt,
  );
  const from = deploy.watch?.baseline.from ?? deploy.startedAt;
  const near = others.filter(({ startedAt }) => startedAt >= from);
  const firing = pages.filter(({ resolvedAt }) => resolvedAt === undefined || resolvedAt > from);
  return {
    ranges: [
      ...others.map(({ startedAt, finishedAt = startedAt }) => ({ from: startedAt, to: finishedAt + 1 })),
      ...pages.map(({ startedAt, resolvedAt = range.to }) => ({ from: startedAt, to: resolvedAt })),
    ],
    reasons: [
      ...near.map(
        ({ version, startedAt }) =>
          `${version} was deployed ${minutesBefore(deploy.startedAt - startedAt)}: what the two did cannot be told apart.`,
      ),
      ...firing.map(
        ({ name: alert }) => `${alert} was firing before: what it is held against was not ordinary.`,
      ),
    ],
  };
}

function minutesBefore(length: number): string {
  const minutes = Math.round(Math.abs(length) / 60_000);
  return `${minutes < 1 ? 'less than a minute' : `${minutes} min`} ${length >= 0 ? 'before' : 'after'}`;
}

const NO_HISTORY = {
  times: [],
  requests: { total: new Float64Array(), bad: new Float64Array() },
  gauges: {},
};

function isAway({ problems }: Pick<Observed, 'problems'>): boolean {
  return problems.some(({ code }) => code.startsWith('prometheus-'));
}

/** Whether the source answered, and its last step is known. */
function isRead({ problems, requests, gauges, times, step }: Observed, to: Instant): boolean {
  if (isAway({ problems })) return false;
  const last = times.length - 1;
  if (last < 0) return false;
  const isWhole = (times[last] ?? 0) + 2 * step > to;
  const columns = [...(requests === undefined ? [] : [requests.total]), ...Object.values(gauges)];
  return isWhole && columns.some((column) => Number.isFinite(column[last]));
}
