import type {
  CallToolResult,
  CompleteResult,
  GetPromptResult,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplateType,
  ServerContext,
  Tool,
} from '@modelcontextprotocol/server';
import type { Scope } from '../auth.ts';
import type { Caller } from '../operation.ts';

/** A tool as the protocol lists it, and what it does. */
export type OfferedTool = {
  readonly tool: Tool;
  /** What a token needs for it; a tool that a token may not use is not shown to it. */
  readonly scope: Scope;
  /** Answers whatever was sent; what a model can mend is a result that says so (`isError`), never an exception. */
  call(
    sent: Readonly<Record<string, unknown>>,
    caller: Caller,
    context: ServerContext,
  ): Promise<CallToolResult>;
};

/** Resources of one kind. */
export type OfferedResources = {
  readonly scope: Scope;
  readonly template?: ResourceTemplateType;
  /** A page of them; `from` is what the page before gave as `next`. */
  list(
    caller: Caller,
    from?: string,
  ): Promise<{ readonly resources: readonly Resource[]; readonly next?: string }>;
  /** `undefined` where it is none of this kind, or is not there. */
  read(uri: string, caller: Caller): Promise<ReadResourceResult | undefined>;
  /** Calls back whenever one of this kind has changed, until what it gives is called; `undefined` where it is none of this kind. */
  watch?(uri: string, changed: () => void): (() => void) | undefined;
  /** Values of a variable of the template that begin like this. */
  complete?(variable: string, begun: string): Promise<readonly string[]>;
};

/** A prompt as the protocol lists it, and its messages. */
export type OfferedPrompt = {
  readonly scope: Scope;
  readonly prompt: Prompt;
  get(sent: Readonly<Record<string, string>>, caller: Caller): Promise<GetPromptResult>;
  /** Values of an argument that begin like this. */
  complete?(argument: string, begun: string, caller: Caller): Promise<readonly string[]>;
};

/** Everything that is offered over MCP. */
export type Offer = {
  readonly tools: readonly OfferedTool[];
  readonly resources: readonly OfferedResources[];
  readonly prompts: readonly OfferedPrompt[];
};

/** Most values that a completion holds, as the protocol has it. */
const MOST_VALUES = 100;

/** Values as the protocol gives them for a completion. */
export function completionOf(values: readonly string[]): CompleteResult {
  return {
    completion: {
      ...{ values: values.slice(0, MOST_VALUES), total: values.length },
      hasMore: values.length > MOST_VALUES,
    },
  };
}
