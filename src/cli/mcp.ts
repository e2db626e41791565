import { readFile } from 'node:fs/promises';
import { bridge } from '#api/mcp/bridge.ts';
import { MCP_PATH } from '#api/mcp/door.ts';
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
  const token = await tokenFrom(options.tokenFile, terminal);
  if (token === undefined) return 2;
  await bridge({
    ...{ url, token, input: process.stdin, output: process.stdout },
    tell: (line) => terminal.err(line),
  });
  return 0;
}

async function tokenFrom(file: string | undefined, terminal: Terminal): Promise<string | undefined> {
  try {
    const token = file === undefined ? process.env.BELLBUOY_TOKEN : (await readFile(file, 'utf8')).trim();
    if (token !== undefined && token !== '') return token;
    terminal.err('No token: set BELLBUOY_TOKEN, or name a file by --token-file.');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    terminal.err(`--token-file ${file}: it cannot be read (${String(error.code)}).`);
  }
  return undefined;
}
