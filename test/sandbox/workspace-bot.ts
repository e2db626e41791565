import { createServer } from 'node:http';
import { type SlackOptions, type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';

type Json = { readonly [name: string]: unknown };
type Answer = { ok: boolean; error?: string; [field: string]: unknown };

/** A stand-in with a bot that keeps every payload and acknowledges with what it is told. */
export type WorkspaceBot = {
  readonly slack: SlackStandIn;
  /** What reached the bot, oldest first: events as the event alone. */
  readonly heard: Json[];
  /** What the next acknowledgements hold. */
  acknowledge: object | undefined;
  call(method: string, args?: Readonly<Record<string, unknown>>): Promise<Answer>;
  close(): Promise<void>;
};

export async function startWorkspaceBot(options: Partial<SlackOptions> = {}): Promise<WorkspaceBot> {
  const slack = await startSlack({
    ...{ port: 0, botToken: 'xoxb-test', signingSecret: 's', seed: 1, channels: ['open', 'general'] },
    people: [
      { name: 'rae', realName: 'Rae', tz: 'UTC', displayName: 'rae of payments' },
      { name: 'tom', realName: 'Tom', tz: 'UTC' },
    ],
    fileReadyDelay: { min: 20, max: 20 },
    ...options,
  });
  const heard: Json[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const isJson = request.headers['content-type'] === 'application/json';
    const form = isJson ? undefined : new URLSearchParams(body);
    heard.push(
      isJson
        ? JSON.parse(body).event
        : JSON.parse(form?.get('payload') ?? JSON.stringify(Object.fromEntries(form ?? []))),
    );
    response.writeHead(200).end(own.acknowledge === undefined ? '' : JSON.stringify(own.acknowledge));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  slack.connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
  const own: WorkspaceBot = {
    slack,
    heard,
    acknowledge: undefined,
    async call(method, args = {}) {
      const fields = Object.entries(args).map(([name, value]): [string, string] => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]);
      const response = await fetch(`${slack.url}api/${method}`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-test', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields),
      });
      return response.json() as Promise<Answer>;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await slack.close();
    },
  };
  return own;
}

/** A text of the kind that carries no markup. */
export function plain(text: string): object {
  return { type: 'plain_text', text };
}
