import { stepOf, type Watch } from '#domain/deploy.ts';
import { present } from '#domain/optional.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Instant } from '#domain/time.ts';
import { type DeployCase, judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import { errorFloor } from '#domain/verdict/deploy-signals.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import type { RatioFloor } from '#domain/verdict/ratio-moment.ts';
import { boundsOf, placeOf } from '#domain/verdict/watched.ts';
import type { Ports } from './ports.ts';

/** How far back ordinary moments are taken from. */
export const HISTORY = 7 * DAY;

/** What was judged, what it was judged from, and why not all of the window could be read, where so. */
export type Judged = {
  readonly verdict: DeployVerdict;
  readonly observed: Observed;
  readonly unsettled?: 'away' | 'late';
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
  const to = Math.min(now - (watch.lag ?? 0), window.to + 2 * stepOf(watch));
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
  return { verdict, observed: recent, ...present({ unsettled: unsettledBy(recent, watch) }) };
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

/** Whether the source answered, and the last step of the watch is known. */
function unsettledBy(recent: Observed, { baseline, window }: Watch): 'away' | 'late' | undefined {
  if (isAway(recent)) return 'away';
  const { first, seen, planned } = placeOf(recent, { baseline, window });
  const columns = [
    ...(recent.requests === undefined ? [] : [recent.requests.total]),
    ...Object.values(recent.gauges),
  ];
  const isKnown = columns.some((column) => Number.isFinite(column[first + planned - 1]));
  return seen === planned && isKnown ? undefined : 'late';
}
