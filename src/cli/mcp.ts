import { readFile } from 'node:fs/promises';
import { bridge } from '#api/mcp/bridge.ts';
import { MCP_PATH } from '#api/mcp/door.ts';
import { present } from '#domain/optional.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { url?: string; tokenFile?: string };

/** Where a Bellbuoy on this machine is, as the default configuration has it. */
const HERE = 'http://127.0.0.1:8080';

/** Serves MCP on the standard streams from a running Bellbuoy; its token comes from a file or from `BELLBUOY_TOKEN`, never from the command line, which others can see. */
export async function mcp(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const address = options.url ?? process.env.BELLBUOY_URL ?? HERE;
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    terminal.err(`--url ${address}: expected an address such as ${HERE}.`);
    return 2;
  }
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = MCP_PATH;
  const token = await tokenFrom(options.tokenFile);
  if (!token.ok) {
    terminal.err(`--token-file ${options.tokenFile}: it cannot be read (${token.why}).`);
    return 2;
  }
  if (token.value === undefined && !IS_HERE.test(url.hostname)) {
    terminal.err('No token: set BELLBUOY_TOKEN, or name a file by --token-file.');
    return 2;
  }
  await bridge({
    ...{ url, input: process.stdin, output: process.stdout },
    ...present({ token: token.value }),
    tell: (line) => terminal.err(line),
  });
  return 0;
}

/** Names of this machine: a Bellbuoy on it may do without a token (`server.loopbackScopes`). */
const IS_HERE = /^(localhost|127\.0\.0\.1|\[::1\])$/;

async function tokenFrom(file: string | undefined) {
  try {
    const text = file === undefined ? process.env.BELLBUOY_TOKEN : await readFile(file, 'utf8');
    const token = text?.trim();
    return { ok: true, value: token === '' ? undefined : token } as const;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { ok: false, why: String(error.code) } as const;
  }
}
