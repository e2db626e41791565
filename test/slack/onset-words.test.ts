import { describe, expect, it } from 'vitest';
import type { CompareAnswer, DeployChange, FlagChange } from '#app/answer.ts';
import type { Began } from '#domain/verdict/began.ts';
import type { Confidence } from '#domain/verdict/compared.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { causesWords } from '#slack/messages/causes.ts';
import { beganWords } from '#slack/messages/onset.ts';

const MINUTE = 60_000;
const AT = Date.UTC(2026, 10, 25, 14, 3);
const BEGAN: Began = { measure: 'errorRatio', at: AT, plusMinus: MINUTE, higher: true, gain: 40 };
const change = (version: string, seconds: number, more: Partial<DeployChange> = {}): DeployChange => ({
  ...{ kind: 'deploy', id: version, service: 'checkout', relation: 'own', version, at: AT + seconds * 1000 },
  ...more,
});
const flag = (seconds: number, more: Partial<FlagChange> = {}): FlagChange => ({
  ...{ kind: 'flag', id: 'f1', service: 'checkout', relation: 'own', flag: 'new-checkout', share: 0.1 },
  ...{ before: 0.01, at: AT + seconds * 1000 },
  ...more,
});
/** Dates as people see them in UTC. */
const seen = (text: string) => text.replaceAll(/<!date\^[^|]*\|(\d\d:\d\d) UTC>/g, '$1');

describe('when something began', () => {
  it.each([
    [[change('v1.4.2', -40)], 'began 14:03 ±1 min, 40 s after *v1.4.2*'],
    [[change('v1.4.2', 540)], 'began 14:03 ±1 min, 9 min before *v1.4.2*: not its doing'],
    [[change('v1.4.2', 20)], 'began 14:03 ±1 min, as *v1.4.2* came'],
    [
      [change('v3', -90, { service: 'ledger', relation: 'dependency' })],
      'began 14:03 ±1 min, 2 min after *ledger v3*',
    ],
    [[change('v1.4.1', -7200)], 'began 14:03 ±1 min'],
    [[], 'began 14:03 ±1 min'],
    [[flag(-20)], 'began 14:03 ±1 min, 20 s after *new-checkout* went to 10 %'],
    [[flag(-20, { share: 0 })], 'began 14:03 ±1 min, 20 s after *new-checkout* was turned off'],
    [[flag(20)], 'began 14:03 ±1 min, as *new-checkout* went to 10 %'],
    [[flag(540)], 'began 14:03 ±1 min, 9 min before *new-checkout* went to 10 %: not its doing'],
    [
      [flag(-90, { service: 'ledger', relation: 'dependency' })],
      'began 14:03 ±1 min, 2 min after *new-checkout* of ledger went to 10 %',
    ],
  ])('stands beside the change that may be why', (changes, words) => {
    expect(seen(beganWords(BEGAN, changes))).toBe(words);
  });

  it('never acquits a deploy of what began with it', () => {
    for (let seconds = -120; seconds <= 900; seconds += 7) {
      const words = beganWords(BEGAN, [change('v1.4.2', seconds, { startedAt: AT + (seconds - 20) * 1000 })]);
      if (words.includes('not its doing')) expect(words).toMatch(/, ([2-9]|\d\d) (s|min) before /);
      expect(words).not.toMatch(/with the deploy|came.*not its doing|(^|\D)0 s before/);
    }
  });

  it('has the changes after it listed last in an alert’s thread, as none of its causes', () => {
    const changes = [
      change('v1.4.2', -20, { actor: 'noor' }),
      change('v1.4.1', -1260),
      change('v1.4.3', 300),
    ];
    expect(seen(causesWords({ began: BEGAN, changes, at: AT }))).toBe(
      [
        '*errors* higher: began 14:03 ±1 min, 20 s after *v1.4.2*',
        '*Likely causes*',
        '1. checkout v1.4.2 by noor, 20 s before it began',
        '2. checkout v1.4.1, 21 min before it began',
        '3. checkout v1.4.3, after it began: not its cause',
      ].join('\n'),
    );
    expect(causesWords({ began: BEGAN, changes: [change('v1.4.3', 300)], at: AT })).toContain(
      'No deploy or flag change in the 24 hours before it began.\n1. checkout v1.4.3, after it began: not its cause',
    );
  });

  it('names a flag among likely causes by its step, its owner, and what those with it do', () => {
    const changes = [
      flag(-20, { actor: 'noor', isProven: true, url: 'https://flags.example/new-checkout' }),
      change('v1.4.1', -1260),
      flag(-3600, { service: 'ledger', relation: 'dependency', flag: 'fast', share: 1 }),
    ];
    expect(seen(causesWords({ began: BEGAN, changes, at: AT }))).toBe(
      [
        '*errors* higher: began 14:03 ±1 min, 20 s after *new-checkout* went to 10 %',
        '*Likely causes*',
        '1. flag *<https://flags.example/new-checkout|new-checkout>* 1 → 10 % by noor, 20 s before it began; *those with it do worse*',
        '2. checkout v1.4.1, 21 min before it began',
        '3. flag *fast* 1 → 100 % on ledger (a dependency), 60 min before it began',
      ].join('\n'),
    );
  });

  it('is not said where it is unknown: then changes are told by how long before the alert they came', () => {
    const changes = [change('v1.4.2', -90)];
    expect(causesWords({ changes, since: AT, at: AT + MINUTE })).toBe(
      '*Likely causes*\n1. checkout v1.4.2, 2 min before the alert',
    );
    expect(causesWords({ changes: [], since: AT, at: AT })).toBe(
      'No deploy or flag change in the 24 hours before.',
    );
  });
});

describe('the answer to a comparison', () => {
  const sure: Confidence = { word: 'verySure', direction: 'higher', test: 'exact test', p: 1e-12, n: 38_250 };
  const unsure: Confidence = {
    ...{ word: 'cannotTell', direction: 'higher', test: 'exact test', p: 0.2, n: 900 },
    needs: { more: 4123, what: 'requests', takes: 20 * MINUTE },
  };
  const answer: CompareAnswer = {
    ...{ kind: 'compare', service: 'checkout', of: 'last 30m', against: '1h ago' },
    before: { from: AT - 90 * MINUTE, to: AT - 60 * MINUTE },
    after: { from: AT - 30 * MINUTE, to: AT },
    rows: [
      { measure: 'rate', before: 10, after: 10.1, confidence: { ...unsure, word: 'alike' } },
      { measure: 'errorRatio', before: 0.001, after: 0.025, confidence: sure },
      { measure: 'p99', before: 0.31, after: 0.35, confidence: unsure },
    ],
    began: [BEGAN, { ...BEGAN, measure: 'p99', at: AT + MINUTE, gain: 20 }],
    changes: [change('v1.4.2', -40)],
    problems: [],
  };

  it('reads aloud: the surest difference, how sure each is, when it began, what is missing, on what evidence', () => {
    const { text, blocks } = answerBlocks(answer);
    expect(text).toBe('*checkout*: last 30m against 1h ago · errors 0.1 % → 2.5 %, very sure');
    const words = blocks.map((block) =>
      block.type === 'section' ? (block.text?.text ?? '') : JSON.stringify(block),
    );
    expect(words.join('\n')).toMatch(/errors +0\.1 % +2\.5 % +\+2\.4 points +×25 +very sure\n/);
    expect(words.join('\n')).toMatch(/p99 +310 ms +350 ms +\+40 ms +\+13 % +can’t tell\n/);
    expect(seen(words.join('\n'))).toContain('*errors, p99* higher: began 14:03 ±1 min, 40 s after *v1.4.2*');
    expect(words.join('\n')).toContain(
      '*p99*: can’t tell: about 4,100 more requests needed (20 min at this traffic)',
    );
    expect(words.join('\n')).toContain('errors p &lt; 0.0001 (exact test, n = 38,250)');
  });

  it('claims nothing where nothing was observed', () => {
    const rows = answer.rows.map(({ confidence: _, ...row }) => row);
    const { text, blocks } = answerBlocks({ ...answer, rows, began: [], changes: [] });
    expect(text).toBe('*checkout*: last 30m against 1h ago');
    expect(JSON.stringify(blocks)).not.toMatch(/sure|began|can’t tell/);
  });
});
