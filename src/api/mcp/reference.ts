import type { Operation } from '../operation.ts';

/** The table of tools of docs/agents.md. */
export function toolReference(operations: readonly Operation[]): string {
  const rows = operations.flatMap(({ name, method, summary, scope, tool }) =>
    tool === undefined
      ? []
      : [
          `| \`${name}\` | ${summary} | \`${scope}\` | ${method === 'GET' ? 'reads' : 'changes'} | ${tool.bound.toLocaleString('en-GB')} |`,
        ],
  );
  return ['| tool | what it does | scope | | bytes |', '| --- | --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}
