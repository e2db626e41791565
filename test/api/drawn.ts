import type { Client } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { type Snapshot, SnapshotDetail } from '#api/contract/snapshots.ts';
import type { BeforeAfterDrawing, Drawing, Panel, PanelQuery } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';

/** What a picture shows, as plain values: the same from what the painter was given and from what the API gives back. */
export type Shown = {
  readonly chart: string;
  readonly title: string;
  readonly facts: readonly string[];
  readonly panels: readonly (readonly unknown[])[];
  readonly lines: readonly Line[];
  readonly marks: readonly (readonly unknown[])[];
  readonly rows: readonly (readonly unknown[])[];
  readonly queries: readonly (readonly string[])[];
};

/** Panel, line, role, moments with values, and the interval around each. */
type Line = readonly [number, string, string, readonly Point[], readonly Point[]];
type Point = readonly number[];

const UNKNOWN = 'unknown';

/** A number, or that there is none. */
function figure(value: number | undefined): number | string {
  return value === undefined || !Number.isFinite(value) ? UNKNOWN : value;
}

const pointsIn = (samples: readonly Sample[]): Point[] =>
  samples.filter(({ value }) => Number.isFinite(value)).map(({ at, value }) => [Math.trunc(at), value]);
const queriesIn = (queries: readonly PanelQuery[]) =>
  queries.map(({ source, promql, line }) => [source, promql, line]);

/** What the painter was given to draw. */
export function shownBy(drawing: Drawing): Shown {
  const panels = 'panels' in drawing ? drawing.panels : [];
  return {
    ...{ chart: drawing.chart, title: drawing.title, facts: drawing.facts },
    panels: panels.map((panel) => [
      ...[panel.title, panel.unit, panel.problem, panel.omitted],
      ...panel.thresholds.flatMap(({ value, label }) => [value, label]),
      ...besideOf(panel),
    ]),
    lines: panels.flatMap(({ lines }, index) =>
      lines.map(({ name, role, samples, band = [] }): Line => {
        const points = pointsIn(samples);
        const around = band.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
        return [index, name, role, points, around.map(({ at, low, high }) => [Math.trunc(at), low, high])];
      }),
    ),
    marks:
      'marks' in drawing
        ? drawing.marks.map((mark) => [
            ...[mark.kind, mark.at, mark.label],
            'until' in mark && mark.until !== undefined ? mark.until : UNKNOWN,
          ])
        : [],
    rows: rowsOf(drawing),
    queries: [
      ...panels.flatMap((panel) => queriesIn(panel.queries)),
      ...('queries' in drawing ? queriesIn(drawing.queries) : []),
    ],
  };
}

/** What is drawn of a panel beside its lines where two windows are compared. */
function besideOf(panel: Panel | BeforeAfterDrawing['panels'][number]): readonly (number | string)[] {
  const { medianBefore, medianAfter, band }: Partial<BeforeAfterDrawing['panels'][number]> = panel;
  return [medianBefore, medianAfter, band?.low, band?.high].map(figure);
}

function rowsOf(drawing: Drawing): Shown['rows'] {
  switch (drawing.chart) {
    case 'fleet':
      return [
        [drawing.hidden],
        ...drawing.rows.map(({ service, health, rate, errorRatio, p99, budgetLeft }) => [
          ...[service, health, figure(rate), figure(errorRatio), figure(p99), figure(budgetLeft)],
        ]),
      ];
    case 'gauge':
      return drawing.rows.map(({ name, detail, state, words, word, left }) => [
        ...[name, detail, state, words, word, figure(left)],
      ]);
    case 'fleet-week':
      return [
        [drawing.hidden],
        ...drawing.days.map(({ range, label }) => [range.from, range.to, label]),
        ...drawing.rows.map(({ name, detail, state, words, spent }) => [
          ...[name, detail, state, words, ...spent.map((share) => share ?? 'nothing')],
        ]),
      ];
    case 'stat':
      return drawing.stats.map(({ name, unit, value, trend }) => [
        ...[name, unit, figure(value)],
        pointsIn(trend),
      ]);
    default:
      return [];
  }
}

/** What the API gives of a picture. */
export function shownIn(snapshot: Snapshot): Shown {
  const at = (time: string) => Date.parse(time);
  const points = (given: readonly (readonly [string, number])[]) =>
    given.map(([time, value]) => [at(time), value]);
  const queries = (given: Snapshot['queries']) =>
    given.map(({ source, query, line }) => [source, query, line]);
  const { hidden, services, budgets, days, stats } = snapshot;
  return {
    ...{ chart: snapshot.chart, title: snapshot.title, facts: snapshot.facts },
    panels: snapshot.panels.map((panel) => [
      ...[panel.title, panel.unit, panel.problem, panel.omitted],
      ...panel.thresholds.flatMap(({ value, label }) => [value, label]),
      ...[figure(panel.medianBefore), figure(panel.medianAfter)],
      ...[figure(panel.baseline?.low), figure(panel.baseline?.high)],
    ]),
    lines: snapshot.panels.flatMap(({ lines }, index) =>
      lines.map(({ name, role, points: given, band = [] }): Line => {
        const around = band.map(({ at: time, low, high }) => [at(time), low, high]);
        return [index, name, role, points(given), around];
      }),
    ),
    marks: snapshot.marks.map(({ kind, at: time, label, until }) => [
      ...[kind, at(time), label, until === undefined ? UNKNOWN : at(until)],
    ]),
    rows: [
      ...(hidden === undefined ? [] : [[hidden]]),
      ...(services ?? []).map(({ service, health, rate, errorRatio, p99, budgetLeft }) => [
        ...[service, health, figure(rate), figure(errorRatio), figure(p99), figure(budgetLeft)],
      ]),
      ...(days ?? []).map(({ from, to, label }) => [at(from), at(to), label]),
      ...(budgets ?? []).map(({ name, detail, state, words, word, left, spent }) =>
        spent === undefined
          ? [name, detail, state, words, word, figure(left)]
          : [name, detail, state, words, ...spent.map((share) => share ?? 'nothing')],
      ),
      ...(stats ?? []).map(({ name, unit, value, points: trend }) => [
        ...[name, unit, figure(value), points(trend)],
      ]),
    ],
    queries: [...snapshot.panels.flatMap((panel) => queries(panel.queries)), ...queries(snapshot.queries)],
  };
}

/** A picture over MCP, asked for line by line, as an agent does that wants every value. */
export async function lineByLine(client: Client, id: string): Promise<Snapshot> {
  const ask = async (more: object) => {
    const { structuredContent } = await client.callTool({
      name: 'get_snapshot',
      arguments: { snapshot: id, ...more },
    });
    expect(structuredContent).not.toHaveProperty('omitted');
    return SnapshotDetail.parse(structuredContent).snapshot;
  };
  const first = await ask({ maxPoints: 1 });
  const panels = [];
  for (const [index, { lines, ...rest }] of first.panels.entries()) {
    const whole = [];
    for (const [place, { name }] of lines.entries()) {
      const [only] = (await ask({ panel: index, maxPoints: 300, ...(name === '' ? {} : { line: name }) }))
        .panels;
      // Lines of one name come together; each is taken at its own place among them.
      const nth = lines.slice(0, place).filter((other) => other.name === name).length;
      whole.push(...(only?.lines.filter((other) => other.name === name).slice(nth, nth + 1) ?? []));
    }
    panels.push({ ...rest, lines: whole });
  }
  const { stats } = first.stats === undefined ? first : await ask({ maxPoints: 300 });
  return { ...first, panels, ...(stats === undefined ? {} : { stats }) };
}
