import type { HandOffEvidence } from '#domain/agent-task/hand-off.ts';
import { explain, type Problem } from '#domain/problem.ts';
import type { Series } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { type Range, within } from '#domain/time.ts';
import { comparisonOf } from '#promql/comparison.ts';
import { measuresOf } from './panels.ts';
import type { Ports } from './ports.ts';
import { distinct } from './problems.ts';

/** Two stretches that are set beside each other. */
export type BeforeAndNow = { readonly before: Range; readonly now: Range };

type Read = { readonly evidence: readonly HandOffEvidence[]; readonly problems: readonly string[] };

/** The signals of a service now, each with what it was before; what changed most in proportion first. */
export async function signalEvidence(
  service: Service,
  { before, now }: BeforeAndNow,
  { metrics }: Pick<Ports, 'metrics'>,
): Promise<Read> {
  const measures = measuresOf(service);
  const [was, is] = await Promise.all([
    metrics.readings([service], measures, before),
    metrics.readings([service], measures, now),
  ]);
  const [readBefore, readNow] = [was.get(service.name), is.get(service.name)];
  const queries = metrics.readingQueries([service], measures, now);
  const evidence = measures.flatMap((measure): readonly HandOffEvidence[] => {
    const asked = queries.find(({ line }) => line === measure);
    if (asked === undefined) return [];
    const [value, baseline] = [readNow?.values[measure], readBefore?.values[measure]];
    return [
      {
        ...{ title: `${service.name}: ${factsOf(measure).title}`, query: asked.promql, source: asked.source },
        ...{ range: now, unit: factsOf(measure).unit },
        ...(value === undefined ? {} : { value }),
        ...(baseline === undefined ? {} : { baseline: { range: before, value: baseline } }),
      },
    ];
  });
  const problems = explained([...(readBefore?.problems ?? []), ...(readNow?.problems ?? [])]);
  return { evidence: evidence.toSorted((a, b) => changeOf(b) - changeOf(a)), problems };
}

/** What an alert measures, of the series that is worst now. */
export async function expressionEvidence(
  { expression, source, snapshot }: { expression: string; source: string; snapshot?: string },
  { before, now }: BeforeAndNow,
  { metrics }: Pick<Ports, 'metrics'>,
): Promise<Read> {
  const { measured, op, bound, isDivision } = comparisonOf(expression);
  const range = { from: before.from, to: now.to };
  const outcome = await metrics.query(measured, range, metrics.stepFor(range, source), source);
  if (!outcome.ok) return { evidence: [], problems: [`The alert’s expression: ${explain(outcome.problem)}`] };
  const isLowBad = op === '<' || op === '<=';
  const worst = outcome.value.series
    .flatMap((series) => {
      const last = series.samples.filter(({ at }) => within(now, at) || at === now.to).at(-1);
      return last === undefined || !Number.isFinite(last.value) ? [] : [{ series, value: last.value }];
    })
    .toSorted((a, b) => (isLowBad ? a.value - b.value : b.value - a.value))
    .at(0);
  const baseline = worst === undefined ? undefined : meanIn(worst.series, before);
  const isShare = isDivision && bound !== undefined && bound > 0 && bound <= 1;
  const limit = bound === undefined ? '' : `, fires ${op} ${bound}`;
  return {
    evidence: [
      {
        ...{ title: `What the alert measures${limit}`, query: measured, source, range: now },
        unit: isShare ? 'ratio' : 'short',
        ...(worst === undefined ? {} : { value: worst.value }),
        ...(baseline === undefined ? {} : { baseline: { range: before, value: baseline } }),
        ...(snapshot === undefined ? {} : { snapshot }),
      },
    ],
    problems: worst === undefined ? ['What the alert measures had no value by now.'] : [],
  };
}

/** The evidence that says most for the worse: the errors or durations of which most was added in proportion. */
export function mostTelling(evidence: readonly HandOffEvidence[]): HandOffEvidence | undefined {
  const bad: readonly Measure[] = ['errorRatio', 'p99', 'p50'];
  const titles = bad.map((measure) => factsOf(measure).title);
  return evidence.find(
    ({ title, value, baseline }) =>
      titles.some((one) => title.endsWith(one)) && value !== undefined && value > (baseline?.value ?? value),
  );
}

function meanIn({ samples }: Series, range: Range): number | undefined {
  const values = samples.filter(({ at, value }) => within(range, at) && Number.isFinite(value));
  return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0) / values.length;
}

/** How far a value is from its baseline in proportion; what has no baseline comes last. */
function changeOf({ value, baseline }: HandOffEvidence): number {
  if (value === undefined || baseline === undefined) return -1;
  const [low, high] = [Math.min(value, baseline.value), Math.max(value, baseline.value)];
  if (high <= 0) return 0;
  return low <= 0 ? Number.MAX_VALUE : high / low;
}

function explained(problems: readonly Problem[]): readonly string[] {
  return distinct(problems).map(explain);
}
