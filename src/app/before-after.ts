import type { Deploy } from '#domain/deploy.ts';
import type { BeforeAfterDrawing, Mark } from '#domain/panel.ts';
import { median, quantile, type Sample } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf } from '#domain/signal.ts';
import type { Range } from '#domain/time.ts';
import { marksOf, measuresOf } from './panels.ts';
import type { Ports } from './ports.ts';
import { snapshotId } from './show.ts';

/** A deploy's signals from its baseline to the end of its watch, with the line where it was done, both medians and the band in which the baseline usually lay. */
export async function beforeAfter(
  deploy: Deploy,
  watch: NonNullable<Deploy['watch']>,
  service: Service,
  { metrics, store, catalog }: Ports,
): Promise<BeforeAfterDrawing> {
  const range = { from: watch.baseline.from, to: watch.window.to };
  const step = metrics.stepFor(range, service.source);
  const measures = measuresOf(service);
  const [series, marks] = await Promise.all([
    metrics.series([service], measures, range, step),
    marksOf(service, range, store),
  ]);
  const own: Mark = { kind: 'deploy', at: deploy.finishedAt ?? deploy.startedAt, label: deploy.version };
  const others = marks.filter((mark) => mark.kind !== 'deploy' || mark.at !== own.at);
  const inside = (within: Range) => (sample: { at: number }) =>
    sample.at >= within.from && sample.at < within.to;
  return {
    chart: 'before-after',
    layout: 'sequence',
    id: snapshotId(`deploy:${deploy.id}:report:${watch.looks}`),
    title: `${service.name} ${deploy.version}`,
    facts: ['before and after'],
    zone: catalog.current().zone,
    range,
    step,
    before: watch.baseline,
    after: watch.window,
    marks: [own, ...others],
    panels: measures.map((measure) => {
      const found = series.get(service.name);
      const samples = found?.measures[measure] ?? [];
      const medianBefore = median(samples.filter(inside(watch.baseline)));
      const medianAfter = median(samples.filter(inside(watch.window)));
      const band = bandOf(samples.filter(inside(watch.baseline)));
      return {
        title: factsOf(measure).title,
        unit: factsOf(measure).unit,
        signal: factsOf(measure).signal,
        fromZero: measure !== 'rate',
        thresholds: [],
        queries: found?.queries.filter(({ line }) => line === measure) ?? [],
        lines: [{ name: 'now', role: measure === 'p50' ? ('p50' as const) : ('now' as const), samples }],
        ...(medianBefore === undefined ? {} : { medianBefore }),
        ...(medianAfter === undefined ? {} : { medianAfter }),
        ...(band === undefined ? {} : { band }),
      };
    }),
  };
}

/** The middle 80 % of a stretch; of fewer samples than ten that says nothing. */
function bandOf(samples: readonly Sample[]): { readonly low: number; readonly high: number } | undefined {
  if (samples.length < 10) return undefined;
  const [low, high] = [quantile(samples, 0.1), quantile(samples, 0.9)];
  return low === undefined || high === undefined ? undefined : { low, high };
}
