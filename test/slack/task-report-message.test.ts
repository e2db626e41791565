import { describe, expect, it } from 'vitest';
import type { TaskReportMessage } from '#app/message.ts';
import type { Hypothesis, TaskReport } from '#domain/agent-task/report.ts';
import { render } from '#slack/messages/render.ts';
import { said, seen } from './as-read.ts';
import { KIM, minute, RAE, THREAD } from './given-incidents.ts';

const ERRORS = 'sum(rate(http_errors[1m])) / sum(rate(http_requests[1m]))';
const INVESTIGATOR = { kind: 'machine' as const, name: 'investigator' };

const DEPLOY: Hypothesis = {
  cause: { kind: 'deploy', reference: '17' },
  statement: 'Errors rose 20 s after checkout v1.4.2 was rolled out; nothing else changed so near.',
  confidence: 0.92,
  evidence: [
    {
      ...{ what: 'errors of checkout 0.1 → 2.5 %', query: ERRORS, value: 0.025, snapshot: 'abc123' },
      range: { from: minute(-5), to: minute(5) },
    },
    { what: 'the run of the deploy', url: 'https://ci.example/runs/4711' },
  ],
};
const FLAG: Hypothesis = {
  cause: { kind: 'flag', reference: 'new-checkout' },
  ...{ statement: 'It was turned off 4 min before.', confidence: 0.06, evidence: [] },
};

function report(more: Partial<TaskReport> = {}): TaskReport {
  return {
    ...{ number: 1, by: INVESTIGATOR, at: minute(4), summary: 'It is the deploy.\nIt began 13:42:20.' },
    ...{ hypotheses: [DEPLOY, FLAG], suggestions: ['Roll checkout back to v1.4.1.'], answers: [] },
    ...more,
  };
}

function message(more: Partial<TaskReportMessage> = {}): TaskReportMessage {
  return {
    ...{ about: 'taskReport', at: minute(4), task: 'TASK-1', title: 'CheckoutErrors on checkout' },
    report: report(),
    causes: [
      { name: 'checkout v1.4.2', url: THREAD, found: 'its watch found it degraded' },
      { name: 'new-checkout' },
    ],
    ...{ units: { [ERRORS]: 'ratio' }, pictures: ['abc123'] },
    ...more,
  };
}

describe('an agent’s report in the thread', () => {
  it('names the likeliest cause first, quotes the agent, and shows what each hypothesis stands on', () => {
    expect(said(message())).toEqual([
      ':mag: *investigator* reports · very likely *<checkout v1.4.2>* (deploy), 92 %',
      '_An agent’s words; nobody has said yet whether they are right._',
      '> It is the deploy.',
      '> It began 13:42:20.',
      '*1. <checkout v1.4.2>* (deploy) · very likely, 92 % · its watch found it degraded',
      '> Errors rose 20 s after checkout v1.4.2 was rolled out; nothing else changed so near.',
      `• errors of checkout 0.1 → 2.5 % · *2.5 %* · 13:37 to 13:47 · picture \`abc123\` · \`${ERRORS}\``,
      '• the run of the deploy · <https://ci.example/runs/4711|ci.example>',
      '[Right] [Wrong]',
      '*2. new-checkout* (flag) · very unlikely, 6 %',
      '> It was turned off 4 min before.',
      '[Right] [Wrong]',
      '*It suggests*',
      '• Roll checkout back to v1.4.1.',
      'TASK-1: CheckoutErrors on checkout · reported 13:46',
    ]);
  });

  it('reads aloud who reports, on what, what it names and how sure it is', () => {
    expect(seen(render(message(), undefined).text)).toBe(
      'investigator, an agent, reports on CheckoutErrors on checkout: very likely the deploy checkout v1.4.2, 92 %; and 1 other cause',
    );
    const nothing = message({ report: report({ hypotheses: [] }) });
    expect(seen(render(nothing, undefined).text)).toBe(
      'investigator, an agent, reports on CheckoutErrors on checkout: no cause found',
    );
  });

  it('says what people hold of each hypothesis, each by their last word', () => {
    const answers = [
      { hypothesis: 0, right: true, by: KIM, at: minute(6) },
      { hypothesis: 0, right: true, by: RAE, at: minute(7) },
      { hypothesis: 1, right: false, by: KIM, at: minute(8) },
    ];
    const words = said(message({ report: report({ answers }) }));
    expect(words).toContain('_An agent’s words._');
    expect(words).toContain(':white_check_mark: right, say @kim and @rae');
    expect(words).toContain(':x: wrong, says @kim');
  });

  it('that takes the place of an earlier one says so', () => {
    const corrects = { by: INVESTIGATOR, at: minute(3) };
    const corrected = message({ report: report({ number: 2 }), corrects });
    expect(said(corrected)[1]).toContain('*Corrected*: this takes the place of its report of 13:45.');
    expect(render(corrected, undefined).text).toMatch(/^investigator, an agent, corrects its report on/);
    const taken = message({ corrects: { ...corrects, by: { kind: 'machine', name: 'other' } } });
    expect(said(taken)[1]).toContain('the report of other of 13:45');
  });

  it('shows a reference that is not known here as it was written, and says so', () => {
    const words = said(message({ causes: [] })).join('\n');
    expect(words).toContain('very likely *a deploy*, 92 %');
    expect(words).toContain('It names “17”, which I do not know.');
  });

  it('gives three hypotheses their buttons, names the others, and says that it is shortened', () => {
    const five = Array.from({ length: 5 }, (_, i) => ({
      ...DEPLOY,
      statement: `the ${i}th. ${'x'.repeat(900)}`,
    }));
    const { blocks } = render(message({ report: report({ hypotheses: five }) }), undefined);
    expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(3);
    expect(blocks.length).toBeLessThanOrEqual(12);
    const words = said(message({ report: report({ hypotheses: five }) })).join('\n');
    expect(words).toMatch(/\*Less likely\*\n4\. a deploy · very likely, 92 %: the 3th\./);
    expect(words).toContain('shortened here; the task holds the whole of it');
    expect(words).not.toContain('did not fit');
  });

  it('shows a query that is called as every object’s own parts are, and its value as it was sent', () => {
    for (const query of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      const evidence = [{ what: 'errors rose', query, value: 3 }];
      const shown = message({ report: report({ hypotheses: [{ ...DEPLOY, evidence }] }) });
      const { blocks } = render(shown, undefined);
      expect(JSON.stringify(blocks)).toContain(query);
      expect(JSON.stringify(blocks)).toContain('value *3*');
    }
  });

  it('keeps all its blocks when every text is as long as it may be and full of markup', () => {
    const nasty = '<!channel> & *bold* `x` :fire: <https://evil.example|ops>\n';
    const long = (limit: number) => nasty.repeat(40).slice(0, limit);
    const evidence = Array.from({ length: 10 }, () => ({
      ...{ what: long(500), query: long(2000), value: 1e9, snapshot: long(40), range: { from: 0, to: 1 } },
      url: `https://evil.example/${'&'.repeat(2500)}`,
    }));
    const hypotheses = Array.from({ length: 5 }, () => ({ ...DEPLOY, statement: long(1000), evidence }));
    const suggestions = Array.from({ length: 5 }, () => long(500));
    const full = message({
      ...{
        title: long(300),
        causes: hypotheses.map(() => ({ name: long(300), url: THREAD, found: long(90) })),
      },
      report: report({ summary: long(2000), hypotheses, suggestions }),
    });
    const { blocks } = render(full, undefined);
    expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(3);
    const words = JSON.stringify(blocks);
    expect(words).not.toContain('did not fit');
    expect(words).not.toMatch(/<!channel|<https:\/\/evil/);
    expect(words).toContain('and 6 more pieces of evidence');
  });
});
