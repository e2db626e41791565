import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const CLI = resolve(
  import.meta.dirname,
  '../../../node_modules/@modelcontextprotocol/conformance/dist/index.js',
);

/** Scenarios of the suite that ask for nothing that is only its own. */
export const FREE = [
  ...[
    'server-initialize',
    'ping',
    'logging-set-level',
    'completion-complete',
    'tools-list',
    'resources-list',
  ],
  ...['prompts-list', 'server-sse-multiple-streams', 'dns-rebinding-protection'],
];

/**
 * The official suite can send no token. This stands before the server, puts the token into every request and leaves everything else as it is, the names under which the server is asked too: as a
 * reverse proxy does that signs people in.
 */
export async function withToken(url: string, token: string) {
  const { port } = new URL(url);
  const proxy = createServer((incoming, outgoing) => {
    const headers = [...incoming.rawHeaders, 'authorization', `Bearer ${token}`];
    const passed = request(
      { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers, setHost: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.closeAllConnections();
      return new Promise((done) => proxy.close(done));
    },
  };
}

/** Runs one scenario of the official suite as its command line does; gives its exit status and what it printed. */
export async function scenario(name: string, url: string): Promise<{ status: number; printed: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[CLI, 'server', '--url', `${url}/mcp`, '--scenario', name],
    ]);
    return { status: 0, printed: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { status: code ?? -1, printed: `${stdout}${stderr}` };
  }
}

/** All scenarios for servers that the suite has. */
export async function scenarios(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'list', '--server']);
  return [...stdout.matchAll(/^\s+- (\S+)/gm)].map(([, name = '']) => name);
}
