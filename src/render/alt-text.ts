import type { CohortsDrawing, Drawing, Panel } from '#domain/panel.ts';
import { DAY, lengthOf } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { cohortsOf, latestOf } from './cohort-stretches.ts';

/** Slack's limit for an image's alternative text. */
const LIMIT = 2000;

const HEALTH = {
  page: 'page firing',
  burning: 'budget spent or burning',
  degraded: 'deploy degraded',
  ticket: 'ticket open',
  atRisk: 'budget at risk',
  noData: 'no data',
  healthy: 'healthy',
} as const;

/** Says in words what a picture shows: title, each panel's last values or what is missing, and the marks. */
export function altText(drawing: Drawing): string {
  const text = [`${drawing.title}, ${drawing.facts.join(', ')}`, ...sentences(drawing)].join('. ');
  return text.length > LIMIT ? `${text.slice(0, LIMIT - 1)}…` : text;
}

function sentences(drawing: Drawing): readonly string[] {
  if (drawing.chart === 'fleet') {
    return drawing.rows.map(({ service, health, errorRatio }) =>
      [
        service,
        HEALTH[health],
        ...(errorRatio === undefined ? [] : [`errors ${formatValue(errorRatio, 'ratio')}`]),
      ].join(' '),
    );
  }
  if (drawing.chart === 'gauge')
    return drawing.rows.map(
      ({ name, detail, words, word }) =>
        `${name} ${detail}: ${[words, ...(word === undefined ? [] : [word])].join(', ')}`,
    );
  if (drawing.chart === 'fleet-week')
    return drawing.rows.map(({ name, detail, words, spent }) => {
      const most = spent.reduce<number>((max, share) => Math.max(max, share ?? 0), 0);
      const day = drawing.days[spent.indexOf(most)]?.label;
      const worst =
        day === undefined || most < 0.005 ? [] : [`most on ${day}, ${formatValue(most, 'ratio')}`];
      return `${name} ${detail}: ${[words, ...worst].join(', ')}`;
    });
  if (drawing.chart === 'stat') {
    return drawing.stats.map(
      ({ name, unit, value }) => `${name}: ${value === undefined ? 'no data' : formatValue(value, unit)}`,
    );
  }
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: drawing.zone,
    // Over days an hour alone says nothing.
    ...(lengthOf(drawing.range) > DAY ? { day: 'numeric', month: 'short' } : {}),
    hour: '2-digit',
    minute: '2-digit',
  });
  const panels = drawing.panels.map((panel) => {
    if (drawing.chart === 'cohorts')
      return `${panel.title}: ${panel.problem ?? cohortWords(panel, drawing, time)}`;
    const now = panel.lines.filter(
      ({ role }) => role !== 'yesterday' && role !== 'lastWeek' && role !== 'before' && role !== 'projection',
    );
    const values = now.flatMap(({ name, samples }) => {
      const value = samples.at(-1)?.value;
      return value === undefined
        ? []
        : [`${now.length > 1 ? `${name} ` : ''}${formatValue(value, panel.unit)}`];
    });
    return `${panel.title}: ${panel.problem ?? (values.length > 0 ? values.join(', ') : 'no data')}`;
  });
  const marks = drawing.marks.map(
    ({ kind, label, at }) => `${kind === 'onset' ? '' : `${kind} `}${label} at ${time.format(at)}`,
  );
  return [...panels, ...marks];
}

/** What both cohorts of a panel came to, with their intervals, and when, where that is long ago. */
function cohortWords(panel: Panel, drawing: CohortsDrawing, time: Intl.DateTimeFormat): string {
  const cohorts = cohortsOf(panel, drawing);
  if (cohorts.every((cohort) => latestOf(cohort) === undefined)) return 'no data';
  return cohorts
    .map((cohort) => {
      const latest = latestOf(cohort);
      if (latest === undefined) return `${cohort.role}: no data`;
      const isLongAgo = drawing.range.to - latest.at > lengthOf(drawing.range) / 10;
      const figure = (value: number) => formatValue(value, panel.unit);
      const { value, low, high } = latest;
      const interval = Number.isFinite(high) ? `${figure(low)} to ${figure(high)}` : `${figure(low)} or more`;
      return [
        `${cohort.role} ${figure(value)}`,
        ...(isLongAgo ? [`at ${time.format(latest.at)}`] : []),
        ...(cohort.hasBand ? [`(95 % interval ${interval})`] : []),
      ].join(' ');
    })
    .join(', ');
}
