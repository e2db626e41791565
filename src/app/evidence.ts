import type { Evidence, EvidenceValue } from '#domain/incident/postmortem.ts';
import type { Drawing, Panel, PanelQuery, Snapshot } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import type { Range } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** Figures are kept with so many digits: more say nothing, and double the size. */
const DIGITS = 6;

/** The measures of which a picture of the fleet has a figure for each service. */
const OF_FLEET: readonly Extract<Measure, 'rate' | 'errorRatio' | 'p99'>[] = ['rate', 'errorRatio', 'p99'];

/** The pictures of these ids as data, in the order given; those whose data are gone are named in `missing`. */
export async function gatherEvidence(
  ids: readonly string[],
  { snapshots }: Pick<Ports['store'], 'snapshots'>,
): Promise<{ readonly evidence: readonly Evidence[]; readonly missing: readonly string[] }> {
  const found = await Promise.all(ids.map((id) => snapshots.get(id)));
  return {
    evidence: found.flatMap((snapshot) => (snapshot === undefined ? [] : [evidenceOf(snapshot)])),
    missing: ids
      .filter((_, i) => found[i] === undefined)
      .map((id) => `The values of the picture ${id} are gone: it is older than what is kept.`),
  };
}

/** A picture as data: what was asked, of which stretch, and what was read of it. A moment's picture has no length and no step. */
export function evidenceOf({ id, at, drawing }: Snapshot): Evidence {
  const { range, step } = 'range' in drawing ? drawing : { range: { from: at, to: at }, step: 0 };
  return {
    snapshot: id,
    title: drawing.title,
    takenAt: at,
    range,
    step,
    queries: distinctQueries(queriesOf(drawing)),
    values: valuesOf(drawing),
  };
}

function queriesOf(drawing: Drawing): readonly PanelQuery[] {
  if ('panels' in drawing) return drawing.panels.flatMap(({ queries }) => queries);
  return 'queries' in drawing ? drawing.queries : [];
}

function distinctQueries(queries: readonly PanelQuery[]): readonly PanelQuery[] {
  return [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()];
}

function valuesOf(drawing: Drawing): readonly EvidenceValue[] {
  switch (drawing.chart) {
    case 'red':
    case 'timeseries':
    case 'budget':
    case 'before-after':
    case 'cohorts':
      return drawing.panels.flatMap((panel) => valuesOfPanel(panel, drawing.range));
    case 'fleet':
      return drawing.rows.flatMap((row) =>
        OF_FLEET.flatMap((measure): readonly EvidenceValue[] => {
          const last = figure(row[measure]);
          const { title, unit } = factsOf(measure);
          return last === undefined ? [] : [{ panel: title, line: row.service, unit, last }];
        }),
      );
    case 'gauge':
      return drawing.rows.flatMap(({ name, detail, left }): readonly EvidenceValue[] => {
        const last = figure(left);
        const line = `${name} ${detail}`;
        return last === undefined ? [] : [{ panel: drawing.title, line, unit: 'ratio', last }];
      });
    case 'fleet-week':
      return drawing.rows.flatMap(({ name, detail, spent }): readonly EvidenceValue[] => {
        const known = spent.flatMap((share) => (share !== null && Number.isFinite(share) ? [share] : []));
        const [first, ...others] = known;
        if (first === undefined) return [];
        const sum = others.reduce((all, share) => all + share, first);
        const most = others.reduce((max, share) => Math.max(max, share), first);
        const line = `${name} ${detail}`;
        return [
          {
            panel: drawing.title,
            line,
            unit: 'ratio',
            last: rounded(known.at(-1) ?? first),
            mean: rounded(sum / known.length),
            max: rounded(most),
          },
        ];
      });
    case 'stat':
      return drawing.stats.map(({ name, unit, value, trend }) => {
        const { last, ...summary } = summaryOf(trend, drawing.range);
        const shown = figure(value) ?? last;
        return { panel: name, line: name, unit, ...summary, ...(shown === undefined ? {} : { last: shown }) };
      });
  }
}

function valuesOfPanel({ title, unit, lines }: Panel, range: Range): readonly EvidenceValue[] {
  return lines.map(({ name, samples }) => ({ panel: title, line: name, unit, ...summaryOf(samples, range) }));
}

/** Of what was measured within the range: a missing step counts as nothing, not as zero, and what is infinite has no figure. */
function summaryOf(
  samples: readonly Sample[],
  { from, to }: Range,
): Pick<EvidenceValue, 'last' | 'min' | 'mean' | 'max'> {
  const values = samples
    .filter(({ at, value }) => at >= from && at <= to && Number.isFinite(value))
    .map(({ value }) => value);
  const [first] = values;
  if (first === undefined) return {};
  const exact = {
    last: values.at(-1) ?? first,
    min: values.reduce((a, b) => Math.min(a, b), first),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    max: values.reduce((a, b) => Math.max(a, b), first),
  };
  return {
    last: rounded(exact.last),
    min: rounded(exact.min),
    mean: rounded(exact.mean),
    max: rounded(exact.max),
  };
}

function figure(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : rounded(value);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
