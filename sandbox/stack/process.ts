import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export type Started = {
  readonly name: string;
  readonly pid: number;
  /** The first line that it writes to its standard output. */
  readonly firstLine: Promise<string>;
  /** Ends it: asked politely, after five seconds by force. */
  stop(): Promise<void>;
};

/** How long a part may take to end by itself, in milliseconds. */
const PATIENCE = 5000;

/** Starts a program of the sandbox; what it says goes to `NAME.log` in the folder. `env` is added to the environment. */
export function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Started {
  const log = createWriteStream(join(folder, `${name}.log`));
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  child.stderr.pipe(log, { end: false });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => log.write(`${line}\n`));
  const firstLine = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('error', (cause) => reject(new Error(`${command} cannot be started`, { cause })));
    child.once('exit', (status) =>
      reject(
        new Error(`${name} ended with ${String(status)}; its words are in ${join(folder, `${name}.log`)}`),
      ),
    );
  });
  // Whoever does not wait for a first line learns of an early end by its address not answering.
  firstLine.catch(() => undefined);
  return { name, pid: child.pid ?? 0, firstLine, stop: () => end(child) };
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}

/** Waits until an address answers 200; rejects after `patience` ms. */
export async function untilReady(url: string, patience = 30_000): Promise<void> {
  const deadline = Date.now() + patience;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      if (response.ok) return;
      last = response.status;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`${url} did not answer within ${patience / 1000} s`, { cause: last });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await ended;
  clearTimeout(timer);
}
