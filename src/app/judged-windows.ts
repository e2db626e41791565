import { stepOf, type Watch } from '#domain/deploy.ts';
import { present } from '#domain/optional.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Duration, type Instant } from '#domain/time.ts';
import { type DeployCase, judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import { errorFloor } from '#domain/verdict/deploy-signals.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import type { RatioFloor } from '#domain/verdict/ratio-moment.ts';
import { boundsOf, placeOf } from '#domain/verdict/watched.ts';
import type { Ports } from './ports.ts';
import { distinct } from './problems.ts';

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
  const recent = await recently(service, watch, now, observer);
  const begin = recent.times[0] ?? baseline.from;
  // Whoever does not answer now is not asked for a week of history.
  const past = isAway(recent, watch)
    ? { ...recent, ...NO_HISTORY }
    : await observer.observe(
        service,
        { from: begin - HISTORY, to: begin },
        recent.step,
        boundsOf(recent, baseline),
      );
  const verdict = judgeDeploy(past, recent, { baseline, window, floor: floorOf(service), ...about });
  const observed = { ...recent, problems: distinct([...recent.problems, ...past.problems]) };
  return { verdict, observed, ...present({ unsettled: unsettledBy(recent, watch) }) };
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

/** From the baseline to the end of the last step, which may begin late by a step. The observer's steps are longer where the source is scraped less often than was thought. */
async function recently(
  service: Service,
  watch: Watch,
  now: Instant,
  observer: Ports['observer'],
): Promise<Observed> {
  const { baseline, window, lag = 0 } = watch;
  const inSteps = (step: Duration) => {
    const to = Math.min(now - lag, window.to + 2 * step);
    return observer.observe(service, { from: baseline.from, to }, step);
  };
  const recent = await inSteps(stepOf(watch));
  return recent.step === stepOf(watch) ? recent : inSteps(recent.step);
}

/** Codes of a source that did not answer; that an answer lacks something says nothing against the rest of it. */
const AWAY = ['unreachable', 'timeout', 'failed', 'unreadable'].map((what) => `prometheus-${what}`);

/** Whether nothing of the window is known, and the source is why. */
function isAway(recent: Observed, watch: Watch): boolean {
  const { first } = placeOf(recent, watch);
  const isMeasured = columnsOf(recent).some((column) => column.subarray(first).some(Number.isFinite));
  return !isMeasured && recent.problems.some(({ code }) => AWAY.includes(code));
}

function columnsOf({ requests, durations, gauges }: Observed): readonly Float64Array[] {
  return [
    ...(requests === undefined ? [] : [requests.total]),
    ...(durations === undefined ? [] : [durations.total]),
    ...Object.values(gauges),
  ];
}

/** Whether the source answered, and the last step of the watch is known. */
function unsettledBy(recent: Observed, watch: Watch): 'away' | 'late' | undefined {
  if (isAway(recent, watch)) return 'away';
  const { first, seen, planned } = placeOf(recent, watch);
  const isKnown = columnsOf(recent).some((column) => Number.isFinite(column[first + planned - 1]));
  return seen === planned && isKnown ? undefined : 'late';
}
