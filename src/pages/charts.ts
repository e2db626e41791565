import { PAGES } from '#app/page-address.ts';
import type { Ports, VectorPainter } from '#app/ports.ts';
import type { Drawing, Theme } from '#domain/panel.ts';
import type { Incoming, Reply, Route } from '#runtime/server.ts';
import { chartFigure, chartValues, type Plot } from './chart.ts';
import { HEADERS } from './frame.ts';
import type { Html } from './html.ts';

/** Who draws for pages, and where the plots of drawings over time are in a picture. */
export type Vectors = VectorPainter & { readonly plot: Plot; altOf(drawing: Drawing): string };

/** What pages show was drawn for them or kept with a message: pages keep nothing in the database, or a screen on a wall would fill it. */
export type Charts = {
  /** Shows a drawing on a page; its pictures can be had at their addresses from now on. */
  show(drawing: Drawing, vectors: Vectors, kind?: string): Promise<Html>;
  find(id: string): Promise<Drawing | undefined>;
};

/** Drawings that are remembered: those of the pages that are open now. */
const REMEMBERED = 200;

export function createCharts({ store }: Pick<Ports, 'store'>): Charts {
  const drawings = new Map<string, Drawing>();
  return {
    async show(drawing, vectors, kind) {
      drawings.delete(drawing.id);
      drawings.set(drawing.id, drawing);
      const [oldest] = drawings.keys();
      if (drawings.size > REMEMBERED && oldest !== undefined) drawings.delete(oldest);
      return chartFigure(drawing, vectors.altOf(drawing), vectors.plot, kind);
    },
    async find(id) {
      return drawings.get(id) ?? (await store.snapshots.get(id))?.drawing;
    },
  };
}

type Guarded = (path: string, answer: (request: Incoming) => Promise<Reply>) => Route;

/** Pictures in both themes, and their values for whoever points at them. */
export function chartRoutes(charts: Charts, vectors: Vectors, guarded: Guarded): readonly Route[] {
  const at = (name: string, answer: (drawing: Drawing) => Promise<Reply>) =>
    guarded(`${PAGES}/charts/{id}/${name}`, async ({ params }) => {
      const drawing = await charts.find(params.id ?? '');
      return drawing === undefined ? gone() : answer(drawing);
    });
  const picture = (theme: Theme) =>
    at(`${theme}.svg`, async (drawing) => {
      const drawn = await vectors.vector(drawing, theme);
      if (!drawn.ok) return { status: 503, headers: HEADERS, body: drawn.problem.what };
      return { status: 200, type: 'image/svg+xml', headers: kept(), body: drawn.value.svg };
    });
  return [
    picture('light'),
    picture('dark'),
    at('values.json', async (drawing) => ({ status: 200, headers: kept(), body: chartValues(drawing) })),
  ];
}

/** What has an id never changes; only who may read it can. */
function kept(): Readonly<Record<string, string>> {
  return { ...HEADERS, 'cache-control': 'private, max-age=3600' };
}

function gone(): Reply {
  return { status: 404, headers: HEADERS, body: 'This picture is not kept any more.' };
}
