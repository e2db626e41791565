import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Operation, Tool as ToolPart } from '../operation.ts';
import { answerWithin, type Bounded } from './answer-within.ts';
import { failedCall } from './failed-call.ts';
import type { OfferedTool } from './offer.ts';
import type { JsonSchema } from './shape.ts';
import { toldSchema } from './told.ts';
import { withoutMarks } from './untrusted.ts';

/** Where a tool states the most bytes that its answer may have. */
export const BOUND_META = 'bellbuoy/mostBytes';

/** The tools of those operations that are to be tools. */
export function toolsOf(operations: readonly Operation[]): readonly OfferedTool[] {
  return operations.flatMap((operation) => {
    const { tool } = operation;
    return tool === undefined ? [] : [toolOf(operation, tool)];
  });
}

function toolOf(operation: Operation, part: ToolPart): OfferedTool {
  const bounded: Bounded = {
    ...{ operation, part, input: inputSchema(operation, part), answer: z.toJSONSchema(operation.answer) },
  };
  return {
    ...{ scope: operation.scope, tool: described(bounded) },
    async call(sent, caller) {
      const unknown = Object.keys(sent).find((member) => part.without?.includes(member));
      if (unknown !== undefined) return failedCall([noSuchArgument(unknown)]);
      const told = await answerWithin(bounded, withoutMarks(sent), caller);
      if (!told.ok) return failedCall(told.problems.map(placed));
      const { data, text } = told.value;
      return { content: [{ type: 'text', text }], structuredContent: data };
    },
  };
}

function noSuchArgument(name: string): Problem {
  return failure('request-invalid', 'There is no such parameter.', { where: name }).problem;
}

/** A problem of a request, placed where a tool takes things: it has arguments alone. */
function placed({ where, ...problem }: Problem): Problem {
  const place = where?.replace(/^(?:path|query|body) /, '').replace(/^the (?:path|body)$/, 'the arguments');
  return { ...problem, ...present({ where: place }) };
}

/** A tool as the protocol lists it. */
function described({ operation: { name, method }, part, input, answer }: Bounded): Tool {
  const isRead = method === 'GET';
  return {
    ...{ name, title: titleOf(name) },
    description: `${part.description} Its answer has ${part.bound} bytes at most.`,
    _meta: { [BOUND_META]: part.bound },
    ...{ inputSchema: { ...input, type: 'object' }, outputSchema: { ...toldSchema(answer), type: 'object' } },
    annotations: {
      title: titleOf(name),
      readOnlyHint: isRead,
      destructiveHint: false,
      idempotentHint: isRead || part.isIdempotent === true,
      openWorldHint: false,
    },
  };
}

function inputSchema({ input }: Operation, { without = [] }: ToolPart): JsonSchema {
  const { properties = {}, ...schema } = z.toJSONSchema(input, { io: 'input' });
  const kept = Object.entries(properties).filter(([name]) => !without.includes(name));
  return { ...schema, properties: Object.fromEntries(kept) };
}

/** “List flags” of `list_flags`. */
function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ').replaceAll(/\bslos\b/g, 'SLOs');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
