import { z } from 'zod';
import { blockId, flag, items, words } from './composition.ts';
import { richText } from './rich-text.ts';

/** Tables and charts (reference/block-kit/blocks: table, data_table, data_visualization). */
const NAMED = { block_id: blockId.optional() };
const rawText = z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) });
const rawNumber = z.strictObject({
  type: z.literal('raw_number'),
  value: z.number(),
  text: z.string().min(1).optional(),
});

function areEven(rows: readonly (readonly unknown[])[]): boolean {
  return rows.every((row) => row.length === rows[0]?.length);
}

export const table = z
  .strictObject({
    type: z.literal('table'),
    ...NAMED,
    rows: items(items(z.discriminatedUnion('type', [rawText, rawNumber, richText]), 1, 20), 1, 100),
    column_settings: items(
      z
        .strictObject({ is_wrapped: flag.optional(), align: z.enum(['left', 'center', 'right']).optional() })
        .nullable(),
      1,
      20,
    ).optional(),
  })
  .refine(({ rows }) => areEven(rows), { error: 'rows must have the same number of cells' })
  .refine(
    ({ rows, column_settings: settings }) => settings === undefined || settings.length === rows[0]?.length,
    {
      error: 'column_settings must have one entry for each column',
    },
  );

/** All cells of a data table together hold so many characters. */
const TABLE_CONTENT = 20_000;

export const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    ...NAMED,
    caption: words(1, 3000),
    rows: items(items(z.discriminatedUnion('type', [rawText, rawNumber, richText]), 1, 20), 2, 201),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  })
  .refine(({ rows }) => areEven(rows), { error: 'rows must have the same number of cells' })
  .refine(({ rows }) => rows[0]?.every(({ type }) => type === 'raw_text') === true, {
    error: 'cells of the header must be raw_text',
  })
  .refine(
    ({ rows }) => [...JSON.stringify(rows.flat().map(textOf))].length <= TABLE_CONTENT + overheadOf(rows),
    {
      error: `must hold no more than ${TABLE_CONTENT} characters`,
    },
  );

function textOf(cell: { type: string; text?: string | undefined }): string {
  return cell.text ?? (cell.type === 'rich_text' ? JSON.stringify(cell) : '');
}

/** Quotes and commas of the list that the texts were joined into. */
function overheadOf(rows: readonly (readonly unknown[])[]): number {
  return rows.flat().length * 3 + 1;
}

const label = words(1, 20);
const series = items(
  z.strictObject({
    name: label,
    data: items(z.strictObject({ label, value: z.number() }), 1, 20),
  }),
  1,
  12,
);
const axis = z.strictObject({
  categories: items(label, 1, 20),
  x_label: words(1, 50).optional(),
  y_label: words(1, 50).optional(),
});
const drawn = <T extends string>(type: T) =>
  z
    .strictObject({ type: z.literal(type), series, axis_config: axis })
    .refine(
      ({ series: all, axis_config: { categories } }) =>
        all.every(
          ({ data }) =>
            data.length === categories.length &&
            categories.every((name) => data.some((one) => one.label === name)),
        ),
      { error: 'each series must have one value for each category' },
    );

export const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  ...NAMED,
  title: words(1, 50),
  chart: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('pie'),
      segments: items(z.strictObject({ label, value: z.number().gt(0) }), 1, 12),
    }),
    drawn('line'),
    drawn('bar'),
    drawn('area'),
  ]),
});
