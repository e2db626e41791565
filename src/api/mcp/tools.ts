import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Caller, Operation, Tool as ToolPart } from '../operation.ts';
import { failedCall } from './failed-call.ts';
import type { OfferedTool } from './offer.ts';

type Needed = Pick<Ports, 'log' | 'meter'>;

/** The tools of those operations that are to be tools. */
export function toolsOf(operations: readonly Operation[], ports: Needed): readonly OfferedTool[] {
  return operations.flatMap((operation) => {
    const { tool } = operation;
    return tool === undefined ? [] : [toolOf(operation, tool, ports)];
  });
}

function toolOf(operation: Operation, part: ToolPart, { log, meter }: Needed): OfferedTool {
  const { name, scope } = operation;
  return {
    scope,
    tool: described(operation, part),
    async call(sent, caller) {
      const [result, outcome] = await called(operation, sent, caller, log);
      meter.count('bellbuoy_mcp_calls_total', { tool: name, outcome });
      return result;
    },
  };
}

type Outcome = 'answered' | 'refused' | 'failed';

async function called(
  operation: Operation,
  sent: Readonly<Record<string, unknown>>,
  caller: Caller,
  log: Needed['log'],
): Promise<readonly [CallToolResult, Outcome]> {
  try {
    const asked = await operation.ask(sent, caller);
    if (!asked.ok) return [failedCall(asked.problems.map(placed)), 'refused'];
    if ('text' in asked) return [{ content: [{ type: 'text', text: asked.text }] }, 'answered'];
    return [answered(asked.value), 'answered'];
  } catch (error) {
    log.error({ error, tool: operation.name }, 'a tool failed');
    return [failedCall([failure('internal', 'The call failed inside Bellbuoy.').problem]), 'failed'];
  }
}

/** A problem of a request, placed where a tool takes things: it has arguments alone. */
function placed({ where, ...problem }: Problem): Problem {
  const place = where?.replace(/^(?:query|body) /, '').replace(/^the (?:path|body)$/, 'the arguments');
  return { ...problem, ...present({ where: place }) };
}

function answered(value: object): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: { ...value } };
}

/** A tool as the protocol lists it. */
function described(operation: Operation, part: ToolPart): Tool {
  const { name, method, input, answer } = operation;
  const isRead = method === 'GET';
  return {
    name,
    title: titleOf(name),
    description: part.description,
    inputSchema: objectSchema(z.toJSONSchema(input, { io: 'input' })),
    outputSchema: objectSchema(z.toJSONSchema(answer)),
    annotations: {
      title: titleOf(name),
      readOnlyHint: isRead,
      destructiveHint: false,
      idempotentHint: isRead || part.isIdempotent === true,
      openWorldHint: false,
    },
  };
}

function objectSchema(schema: object): Tool['inputSchema'] {
  return { ...schema, type: 'object' };
}

/** “List flags” of `list_flags`. */
function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ').replaceAll(/\bslos\b/g, 'SLOs');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
