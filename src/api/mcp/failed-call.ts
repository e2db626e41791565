import type { CallToolResult } from '@modelcontextprotocol/server';
import { failure, type Problem } from '#domain/problem.ts';
import { problemOf } from '../contract/problem.ts';
import { didYouMean, shown } from '../rest/names.ts';
import type { OfferedTool } from './offer.ts';
import { unmarked } from './untrusted.ts';

/** Most problems that are told at once, and most characters of each: whoever sent ten thousand wrong members need not read them all. */
const [TOLD, LENGTH] = [10, 300];

/** A call that was refused: each problem in a sentence with where and what to do, as text and as data. A model can mend what it sent and call again. */
export function failedCall(problems: readonly Problem[]): CallToolResult {
  const told = problems.slice(0, TOLD).map(({ what, ...problem }) => {
    return problemOf({ ...problem, what: what.length > LENGTH ? `${what.slice(0, LENGTH)}…` : what });
  });
  const left = problems.length - told.length;
  const lines = told.map(({ code, what, where, remedy }) => {
    return `${code}${where === undefined ? '' : ` (${where})`}: ${what} ${remedy}`;
  });
  const text = unmarked([...lines, ...(left > 0 ? [`And ${left} more problems.`] : [])].join('\n'));
  return { isError: true, content: [{ type: 'text', text }], structuredContent: { problems: told } };
}

export function unknownTool(name: string, offered: readonly OfferedTool[]): CallToolResult {
  const names = offered.map(({ tool }) => tool.name);
  const what = `There is no tool ${shown(name)}${didYouMean(name, names)}`;
  return failedCall([failure('not-found', what, { where: 'name' }).problem]);
}
