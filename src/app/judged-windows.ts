import { stepOf, type Watch } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { type DeployCase, judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import { errorFloor } from '#domain/verdict/deploy-signals.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import type { RatioFloor } from '#domain/verdict/ratio-moment.ts';
import { boundsOf } from '#domain/verdict/watched.ts';
import type { Ports } from './ports.ts';

/** How far back ordinary moments are taken from. */
export const HISTORY = 7 * DAY;

/** What was judged, the queries it was judged from, and whether all of the window could be read. */
export type Judged = {
  readonly verdict: DeployVerdict;
  readonly observed: Observed;
  readonly isSettled: boolean;
};

/** Judges the signals of a service over the windows of a watch, by themselves. */
export async function judgeWindows(
  service: Service,
  watch: Watch,
  now: Instant,
  about: Pick<DeployCase, 'disturbed' | 'answersFrom'>,
  observer: Ports['observer'],
): Promise<Judged> {
  const { baseline, window } = watch;
  const to = Math.min(now - (watch.lag ?? 0), window.to);
  const recent = await observer.observe(service, { from: baseline.from, to }, stepOf(watch));
  const begin = recent.times[0] ?? baseline.from;
  // Whoever does not answer now is not asked for a week of history.
  const past = isAway(recent)
    ? { ...recent, ...NO_HISTORY }
    : await observer.observe(
        service,
        { from: begin - HISTORY, to: begin },
        recent.step,
        boundsOf(recent, baseline),
      );
  const verdict = judgeDeploy(past, recent, { baseline, window, floor: floorOf(service), ...about });
  return { verdict, observed: recent, isSettled: isRead(recent, to) };
}

/** By how much more failures of a service matter. */
export function floorOf({ slos }: Service): RatioFloor {
  return errorFloor(slos.flatMap(({ sli, objective }) => (sli.kind === 'latency' ? [] : [objective])));
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
