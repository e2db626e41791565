import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { offerOf } from '#api/mcp/all.ts';
import type { Operation } from '#api/operation.ts';
import { operations } from '#api/rest/routes.ts';
import type { Ports } from '#app/ports.ts';
import { patientFetch } from '../patient.ts';

/** A client of the official SDK, connected under a token; it waits when it has asked too often. */
export async function connect(url: string, token: string, modern = false): Promise<Client> {
  const client = new Client(
    { name: 'an agent', version: '1' },
    modern ? { versionNegotiation: { mode: 'auto' } } : {},
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL('/mcp', url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
      fetch: patientFetch,
    }),
  );
  return client;
}

/** What is offered, as if every operation were a tool with this bound. */
export function everyOperation(bound = 24_000) {
  return (ports: Ports) =>
    offerOf(
      ports,
      operations(ports)
        .filter(({ media }) => media === undefined)
        .map((one) => asTool(one, bound)),
    );
}

function asTool(operation: Operation, bound: number): Operation {
  const tool = { description: operation.summary, bound, without: ['format'], ...operation.tool };
  return { ...operation, tool };
}
