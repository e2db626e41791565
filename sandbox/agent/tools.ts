import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { fieldsOf, type Json } from './json.ts';

/** A tool as it is offered: what it takes, by name. */
export type OfferedTool = { readonly name: string; readonly takes: ReadonlySet<string> };

/** The tools of a server, as a client of the official SDK has them. */
export type Tools = {
  /** `undefined` where there is no tool of that name, or the token may not use it. */
  find(name: string): OfferedTool | undefined;
  /** The answer as data. Rejects with the server's own words where it refuses, and where there is no such tool. */
  call(name: string, sent: Json): Promise<Json>;
  close(): Promise<void>;
};

/** Connects over Streamable HTTP, and lists what is offered. */
export async function connectTools(url: string, token: string): Promise<Tools> {
  const client = new Client({ name: 'investigator', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const { tools } = await client.listTools();
  const offered = new Map(
    tools.map(({ name, inputSchema }) => [
      name,
      { name, takes: new Set(Object.keys(fieldsOf(inputSchema.properties))) },
    ]),
  );
  return {
    find: (name) => offered.get(name),
    async call(name, sent) {
      const result = await client.callTool({ name, arguments: sent });
      if (result.isError === true) throw new Error(`${name} was refused: ${JSON.stringify(result.content)}`);
      return fieldsOf(result.structuredContent);
    },
    close: () => client.close(),
  };
}
