import { PAGES } from '#app/page-address.ts';
import type { Drawing } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import { type Html, html, NOTHING } from './html.ts';

/** A chart’s address; the theme is chosen by the browser. */
export function chartPath(id: string, kind: 'light.svg' | 'dark.svg' | 'values.json'): string {
  return `${PAGES}/charts/${encodeURIComponent(id)}/${kind}`;
}

/** Where the plots of a drawing over time stand across the picture, as shares of its width. */
export type Plot = { readonly left: number; readonly right: number };

/**
 * A chart in light and dark, said in words too. One over time says its values where the browser can, under the pointer and the arrow keys; all of them are in a table below, for everybody.
 */
export function chartFigure(drawing: Drawing, alt: string, plot: Plot, kind = ''): Html {
  const { id } = drawing;
  const range = 'range' in drawing && 'panels' in drawing ? drawing.range : undefined;
  const live =
    range === undefined
      ? NOTHING
      : html` tabindex="0" role="group" aria-label="${drawing.title}: move with the arrow keys to read values" data-values="${chartPath(id, 'values.json')}" data-from="${range.from}" data-to="${range.to}" data-left="${plot.left}" data-right="${plot.right}"`;
  return html`<figure${kind === '' ? NOTHING : html` class="${kind}"`}><div class="chart"${live}><picture><source media="screen and (prefers-color-scheme: dark)" srcset="${chartPath(id, 'dark.svg')}"><img src="${chartPath(id, 'light.svg')}" alt="${alt}" width="480"></picture></div>
${range === undefined ? NOTHING : html`<p class="readout screen" aria-live="polite"></p>`}
${valueTable(drawing)}</figure>`;
}

/** The last value of each line, and its least and largest. */
function valueTable(drawing: Drawing): Html {
  if (!('panels' in drawing)) return NOTHING;
  const rows = drawing.panels.flatMap(({ title, unit, lines }) =>
    lines.flatMap(({ name, samples }) => {
      const values = samples.map(({ value }) => value).filter(Number.isFinite);
      const last = values.at(-1);
      if (last === undefined) return [];
      const shown = [last, Math.min(...values), Math.max(...values)].map((value) => formatValue(value, unit));
      return [
        html`<tr><th scope="row">${title}: ${name}</th>${shown.map((one) => html`<td class="figure">${one}</td>`)}</tr>`,
      ];
    }),
  );
  if (rows.length === 0) return NOTHING;
  return html`<details class="screen"><summary>Values</summary><div class="scroll" tabindex="0" role="region" aria-label="Values of ${drawing.title}"><table><caption>${drawing.title}</caption><thead><tr><th scope="col">Line</th><th scope="col" class="figure">Last</th><th scope="col" class="figure">Least</th><th scope="col" class="figure">Most</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

/** What a chart says under the pointer: values as people read them, as many as the picture has places for. */
export function chartValues(drawing: Drawing): object {
  if (!('panels' in drawing)) return { panels: [] };
  return {
    panels: drawing.panels.map(({ title, unit, lines }) => ({
      title,
      lines: lines.map(({ name, samples }) => ({
        name,
        points: samples
          .filter(({ value }) => Number.isFinite(value))
          .map(({ at, value }) => [at, formatValue(value, unit)]),
      })),
    })),
  };
}
