/** What a command talks to: its output, its complaints and its exit status. Tests give one that remembers. */
export type Terminal = {
  /** Writes to standard output: one line, without its line break (or several, joined by line breaks). */
  out(text: string): void;
  /** Writes to standard error: what went wrong, in clear lines. */
  err(text: string): void;
  /** Sets the exit status: 0 fine, 1 a negative finding, 2 bad use. The highest one given stands. */
  exit(status: ExitStatus): void;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type ExitStatus = 0 | 1 | 2;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    exit: (status) => {
      process.exitCode = Math.max(Number(process.exitCode ?? 0), status);
    },
    env: process.env,
  };
}

/** Lays rows out in columns, padded to the widest cell; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
