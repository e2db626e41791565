/** What a benchmark found, as rows of a table; `isFailed` where it falls short of what it has to reach. */
export type Report = {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly isFailed?: boolean;
};

/** The value below which a share of the values lies (nearest rank), rounded. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}

/** The report as a table in text. */
export function tableOf({ title, rows }: Report): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd(),
  );
  return [title, ...lines].join('\n');
}
