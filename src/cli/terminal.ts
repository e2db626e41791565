/** Where a command speaks: results on `out`, errors on `err`, each call one line. */
export type Terminal = { out(line: string): void; err(line: string): void };

/** 0 done, 1 a negative finding, 2 bad use. */
export type ExitStatus = 0 | 1 | 2;

export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};
