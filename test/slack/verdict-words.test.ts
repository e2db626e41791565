import { describe, expect, it } from 'vitest';
import { siblingReason } from '#domain/siblings.ts';
import { BEGAN_BEFORE, type Verdict } from '#domain/verdict/verdict.ts';
import { basisWords } from '#slack/messages/verdict.ts';
import { MINUTE, NOON } from '../domain/given.ts';
import { judged } from '../stories/judged.ts';

const deploy = judged('d1', 'v1.4.2', 'degraded', { startedAt: NOON, finishedAt: NOON });

function words(verdict: Verdict, minutes: number, plusMinus: number, reasons: readonly string[]) {
  const onset = { at: NOON + minutes * MINUTE, plusMinus: plusMinus * MINUTE };
  return basisWords({ verdict, signals: [], onset, reasons }, deploy).replaceAll(
    /<!date\^[^|]*\|(\d\d:\d\d) UTC>/g,
    '$1',
  );
}

describe('when it began, in a report', () => {
  it.each([
    [-6, 8, 'began 11:54 ±8 min, 6 min before the deploy: not its doing'],
    [0, 8, 'began 12:00 ±8 min, about when the deploy began: not its doing'],
    [-20, 1, 'began 11:40 ±1 min, 20 min before the deploy: not its doing'],
  ])('never says “with the deploy” of what is not its doing (%i ±%i min)', (minutes, plusMinus, expected) => {
    expect(words('inconclusive', minutes, plusMinus, [BEGAN_BEFORE])).toBe(expected);
  });

  it('names the deploy right before that it cannot be told apart from', () => {
    const reasons = [siblingReason('v1.4.0', 9 * MINUTE), siblingReason('v1.4.1', 2 * MINUTE)];
    expect(words('degraded', -2, 1, reasons)).toBe(
      'began 11:58 ±1 min, with v1.4.1, 2 min before the deploy',
    );
    expect(reasons[1]).toBe('v1.4.1 was deployed 2 min before: what the two did is hard to tell apart.');
  });

  it('says as ever what began with the deploy, or after it', () => {
    expect(words('degraded', -1, 2, [])).toBe('began 11:59 ±2 min, with the deploy');
    expect(words('degraded', 2, 1, [])).toBe('began 12:02 ±1 min, 2 min after the deploy');
  });
});
