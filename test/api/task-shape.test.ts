import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AgentTask,
  AgentTaskSummary,
  DETAIL_BYTES,
  SUMMARY_BYTES,
  taskOf,
  taskSummaryOf,
} from '#api/contract/agent-task.ts';
import { bytesOf } from '#api/contract/cut.ts';
import { anyTask } from './any-task.ts';

describe('a task as it is published', () => {
  it('is a summary of 4 KB at most, in its shape, whatever came from outside', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const summary = taskSummaryOf(task, task.createdAt);
        expect(bytesOf(summary)).toBeLessThanOrEqual(SUMMARY_BYTES);
        expect(AgentTaskSummary.strict().safeParse(JSON.parse(JSON.stringify(summary)))).toMatchObject({
          success: true,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is 64 KB at most with everything, in its shape, and says what was cut', () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const detail = taskOf(task, task.createdAt);
        expect(bytesOf(detail)).toBeLessThanOrEqual(DETAIL_BYTES);
        expect(AgentTask.strict().safeParse(JSON.parse(JSON.stringify(detail)))).toMatchObject({
          success: true,
        });
        const cut = task.reports.length > detail.reports.length;
        if (cut) expect(detail.omitted?.join()).toContain('reports');
        // The report that counts is the last one.
        expect(detail.reports.at(-1)?.number).toBe(task.reports.at(-1)?.number);
      }),
      { numRuns: 60 },
    );
  });
});
