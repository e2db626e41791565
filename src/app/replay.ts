import { stepsOf } from '#domain/deploy.ts';
import type { Problem } from '#domain/problem.ts';
import type { Service } from '#domain/service.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import { judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import { boundsOf, type joined, placeOf, sliced } from '#domain/verdict/watched.ts';
import { turnsOf } from './disturbances.ts';
import { floorOf, HISTORY } from './judged-windows.ts';
import type { Ports } from './ports.ts';

/** What would have been said of a deploy at a moment at which there was none. */
export type Replayed = { readonly at: Instant; readonly verdict: DeployVerdict };

export type Replay = {
  readonly moments: readonly Replayed[];
  /** Moments that were left out because something was deployed, or a page was firing. */
  readonly leftOut: number;
  readonly problems: readonly Problem[];
};

/**
 * Judges moments of the last while as if something had been deployed then, each only by what was measured before it and in its watch. Moments whose baseline or watch touches a deploy, a large step of a flag or a page
 * of the service are left out: what is said there is no false alarm.
 */
export async function replay(
  service: Service,
  { last, every }: { readonly last: Duration; readonly every: Duration },
  now: Instant,
  { observer, store }: Pick<Ports, 'observer' | 'store'>,
): Promise<Replay> {
  const { before, after, warmUp, lag } = service.watch;
  const { step: length, planned } = stepsOf(after, lag);
  const watched = length * planned;
  const to = now - lag;
  const whole = { from: to - last - HISTORY - before, to };
  const [observed, deploys, alerts, rollouts] = await Promise.all([
    observer.observe(service, whole, length),
    store.deploys.during(whole, [service.name]),
    store.alerts.during(whole, service.name),
    store.flags.during(whole, [service.name]),
  ]);
  const { times, step } = observed;
  const [start = whole.from] = times;
  const disturbed: readonly Range[] = [
    ...deploys.map(({ startedAt, finishedAt = startedAt }) => ({ from: startedAt, to: finishedAt + 1 })),
    ...rollouts
      .filter(({ steps }) => steps.some(({ watch }) => watch !== undefined))
      .flatMap(turnsOf)
      .map(({ at }) => ({ from: at, to: at + 1 })),
    ...alerts
      .filter(({ severity }) => severity === 'page')
      .map(({ startedAt, resolvedAt = to }) => ({ from: startedAt, to: resolvedAt })),
  ];
  const touches = (from: Instant, until: Instant) =>
    disturbed.some((stretch) => stretch.from < until && stretch.to > from);
  const moments: Replayed[] = [];
  let leftOut = 0;
  const first = Math.ceil((to - last) / every) * every;
  for (let at = first; at + warmUp + watched <= to; at += every) {
    if (touches(at - before, at + warmUp + watched)) {
      leftOut += 1;
      continue;
    }
    const baseline = { from: at - before, to: at };
    const window = { from: at + warmUp, to: at + warmUp + watched };
    const begin = Math.max(0, Math.floor((baseline.from - start) / step));
    const place = placeOf(observed, { baseline, window });
    const recent = sliced(observed, begin, place.first + place.planned);
    const past = sliced(observed, Math.max(0, begin - Math.round(HISTORY / step)), begin);
    // Only what lies before it is known of a moment.
    const earlier = disturbed.filter((stretch) => stretch.from < at);
    const about = { baseline, window, disturbed: earlier, floor: floorOf(service), answersFrom: at };
    moments.push({ at, verdict: judgeDeploy(atBounds(past, boundsOf(recent, baseline)), recent, about) });
  }
  return { moments, leftOut, problems: observed.problems };
}

/** A history with only the bounds that are asked of it. */
function atBounds(past: Parameters<typeof joined>[0], bounds: readonly number[]): typeof past {
  const { durations } = past;
  if (durations === undefined) return past;
  const kept = durations.bounds.flatMap((bound, i) => (bounds.includes(bound) ? [i] : []));
  return {
    ...past,
    durations: {
      total: durations.total,
      bounds: kept.map((i) => durations.bounds[i] ?? Number.NaN),
      slower: kept.map((i) => durations.slower[i] ?? new Float64Array()),
    },
  };
}
