import { type Deploy, stepOf, type Watch } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { alsoWorse } from './dependencies.ts';
import { disturbances, togetherWith } from './disturbances.ts';
import { HISTORY, type Judged, judgeWindows } from './judged-windows.ts';
import type { Ports } from './ports.ts';

/** Steps between two deploys by which what they did can be told apart. */
const TOLD_APART = 2;

/** Judges a watched deploy by what its service's metrics say up to `now` (UTC); the same again whenever it is asked for the same window. */
export async function judgeWatch(
  deploy: Deploy,
  watch: Watch,
  service: Service,
  now: Instant,
  { observer, store, catalog }: Pick<Ports, 'observer' | 'store' | 'catalog'>,
): Promise<Judged> {
  const { baseline, window } = watch;
  const reach = { from: baseline.from - HISTORY, to: window.to };
  const subject = { ...deploy, service: service.name, baseline };
  const disturbed = await disturbances(subject, reach, store);
  const answersFrom = togetherWith(deploy, disturbed.others, TOLD_APART * stepOf(watch));
  const judged = await judgeWindows(
    service,
    watch,
    now,
    { disturbed: disturbed.ranges, answersFrom },
    observer,
  );
  // Asked when it turns and at the end: looks between are not told.
  const isTold = watch.verdict?.verdict !== 'degraded' || now >= window.to;
  const worse = judged.verdict.verdict === 'degraded' && isTold;
  const beside = worse
    ? await alsoWorse(service, { ...deploy, watch }, now, judged.verdict, { observer, store, catalog })
    : [];
  const reasons = [...judged.verdict.reasons, ...disturbed.reasons, ...beside];
  return { ...judged, verdict: { ...judged.verdict, reasons } };
}
