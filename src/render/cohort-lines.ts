import type { AreaPoint, Point } from './charts.ts';
import type { Cohort, Stretch } from './cohort-stretches.ts';
import { PLOT, type Places } from './plot.ts';
import { type Palette, strokeOf } from './theme.ts';

/** An estimate in the panel's pixels; `high` is above `low`, so it is the smaller. It may lie outside of the plot. */
type Placed = { readonly x: number; readonly y: number; readonly low: number; readonly high: number };

const DOT = 6.5;
/** Half as wide as the band of a single estimate is drawn, and far enough outside that a line to there is upright, in pixels. */
const ALONE = 3;
const FAR = 1e5;

/** Lines and bands of a panel's cohorts. What leaves the plot ends at its edge; where counting begins anew stands a dot. */
export function cohortLines(
  cohorts: readonly Cohort[],
  palette: Palette,
  { toX, toY }: Places,
  id: string,
): { areas: AreaPoint[]; lines: Point[] } {
  const drawn = cohorts.toReversed().flatMap(({ role, stretches, hasBand }) =>
    stretches.map((stretch, i) => {
      const { band, edge: edgeColor } = palette.cohorts[role];
      const points = withCrossings(placed(stretch, { toX, toY }));
      const own = `${id}/${role}/${i}`;
      const stroke = strokeOf(palette, role, {}, 0);
      return {
        areas: hasBand
          ? widened(points).map(({ x, low, high }) => ({
              ...{ x, y: inPlot(high), y2: inPlot(low), area: own, color: band },
            }))
          : [],
        edges: (hasBand ? (['low', 'high'] as const) : []).flatMap((edge) =>
          piecesOf(points, edge).flatMap((piece, j) =>
            piece.map((point) => ({
              ...{ x: point.x, y: point[edge], line: `${own}/${edge}/${j}` },
              ...{ color: edgeColor, width: 0.8, dash: [1, 0] },
            })),
          ),
        ),
        lines: piecesOf(points, 'y').flatMap((piece, j) =>
          piece.map(({ x, y }) => ({ x, y, line: `${own}/${j}`, ...stroke })),
        ),
        dots: dotAt(points, stretch).flatMap(({ x, y }) => [
          { x, y, line: `${own}/dot`, ...stroke, width: DOT },
          // A line of no length is not drawn; a very short one is a dot, for its ends are round.
          { x: x + 0.01, y, line: `${own}/dot`, ...stroke, width: DOT },
        ]),
      };
    }),
  );
  return {
    areas: drawn.flatMap(({ areas }) => areas),
    lines: [
      ...drawn.flatMap(({ edges }) => edges),
      ...drawn.flatMap(({ lines }) => lines),
      ...drawn.flatMap(({ dots }) => dots),
    ],
  };
}

function placed({ estimates }: Stretch, { toX, toY }: Places): readonly Placed[] {
  const near = (y: number) => Math.min(Math.max(y, -FAR), FAR);
  return estimates
    .map(({ at, value, low, high }) => ({
      ...{ x: toX(at), y: near(toY(value)), low: near(toY(low)), high: near(toY(high)) },
    }))
    .filter(({ x }) => x >= 0 && x <= PLOT.width);
}

/** The same points with further ones where the line or an end of its interval crosses the plot's edge. */
function withCrossings(points: readonly Placed[]): readonly Placed[] {
  return points.flatMap((point, i) => {
    const before = points[i - 1];
    if (before === undefined) return [point];
    const shares = (['y', 'low', 'high'] as const)
      .flatMap((edge) =>
        [PLOT.top, PLOT.bottom].map((bound) => (bound - before[edge]) / (point[edge] - before[edge])),
      )
      .filter((share) => share > 0 && share < 1)
      .toSorted((a, b) => a - b);
    const between = (share: number): Placed => {
      const at = (edge: keyof Placed) => before[edge] + share * (point[edge] - before[edge]);
      return { x: at('x'), y: at('y'), low: at('low'), high: at('high') };
    };
    return [...shares.map(between), point];
  });
}

/** The runs of points that lie in the plot. */
function piecesOf(points: readonly Placed[], edge: 'y' | 'low' | 'high'): readonly (readonly Placed[])[] {
  const pieces: Placed[][] = [[]];
  for (const point of points) {
    if (isInPlot(point[edge])) pieces.at(-1)?.push(point);
    else pieces.push([]);
  }
  return pieces.filter(({ length }) => length > 0);
}

function dotAt(points: readonly Placed[], { isNew }: Stretch): readonly Placed[] {
  return points.slice(0, 1).filter((point) => (isNew || points.length === 1) && isInPlot(point.y));
}

/** A single estimate has no stretch of time to lie over. */
function widened(points: readonly Placed[]): readonly Placed[] {
  const [only, another] = points;
  if (only === undefined || another !== undefined) return points;
  return [
    { ...only, x: only.x - ALONE },
    { ...only, x: only.x + ALONE },
  ];
}

function isInPlot(y: number): boolean {
  return y >= PLOT.top - 0.01 && y <= PLOT.bottom + 0.01;
}

function inPlot(y: number): number {
  return Math.min(Math.max(y, PLOT.top), PLOT.bottom);
}
