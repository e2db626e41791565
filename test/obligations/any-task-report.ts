import fc from 'fast-check';
import { REPORT_LIMITS } from '#domain/agent-task/report.ts';
import { TRIGGERS } from '#domain/incident/postmortem.ts';
import { at, foreign, range } from './any-text.ts';

const by = fc.oneof(
  fc.record({ kind: fc.constant('machine' as const), name: foreign }),
  fc.constant({ kind: 'person' as const, user: 'U0PERSON00' }),
);

/** A text as long as one may be, or any shorter one. */
const words = (limit: number) =>
  fc
    .tuple(foreign, fc.boolean())
    .map(([text, isLong]) => (isLong ? `${text} & <b>`.repeat(limit).slice(0, limit) : text.slice(0, limit)));

const evidence = fc.record(
  {
    ...{ what: words(REPORT_LIMITS.what), query: foreign, range, value: fc.double(), snapshot: foreign },
    url: fc.oneof(foreign, fc.webUrl()),
  },
  { requiredKeys: ['what'] },
);

const hypothesis = fc.record({
  cause: fc.record({ kind: fc.constantFrom(...TRIGGERS), reference: foreign }, { requiredKeys: ['kind'] }),
  statement: words(REPORT_LIMITS.statement),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  evidence: fc.array(evidence, { maxLength: REPORT_LIMITS.evidence }),
});

/** Any report of an agent on any task. */
export const taskReport = fc.record(
  {
    ...{ about: fc.constant('taskReport' as const), at, task: fc.constant('TASK-12'), title: foreign },
    report: fc.record({
      ...{ number: fc.constant(1), by, at, summary: words(REPORT_LIMITS.summary) },
      hypotheses: fc.array(hypothesis, { maxLength: REPORT_LIMITS.hypotheses }),
      suggestions: fc.array(words(REPORT_LIMITS.suggestion), { maxLength: REPORT_LIMITS.suggestions }),
      answers: fc.array(fc.record({ hypothesis: fc.nat(4), right: fc.boolean(), by, at }), { maxLength: 20 }),
    }),
    causes: fc.array(
      fc.record({ name: foreign, url: fc.oneof(foreign, fc.webUrl()), found: foreign }, { requiredKeys: [] }),
      { maxLength: 5 },
    ),
    corrects: fc.record({ by, at }),
    units: fc.constant({}),
    pictures: fc.array(foreign, { maxLength: 3 }),
  },
  { requiredKeys: ['about', 'at', 'task', 'title', 'report', 'causes', 'units', 'pictures'] },
);
