import { describe, expect, it } from 'vitest';
import type { DeployChange } from '#app/answer.ts';
import { changesToName } from '#app/answers/compare.ts';
import { beganWords } from '#slack/messages/onset.ts';

const MINUTE = 60_000;
const AT = Date.UTC(2026, 10, 25, 14, 3);
const BEGAN = { at: AT, plusMinus: MINUTE };
const change = (
  version: string,
  minutes: number,
  relation: DeployChange['relation'] = 'own',
): DeployChange => ({
  ...{ kind: 'deploy', id: version, service: relation === 'own' ? 'checkout' : 'ledger', relation, version },
  at: AT + minutes * MINUTE,
});

describe('the deploys beside what began', () => {
  const since = Array.from({ length: 12 }, (_, i) => change(`d${i}`, 5 + i, 'dependency')).toReversed();

  it('hold the one just before it, though a dozen of dependencies came since, and acquit none in its place', () => {
    const named = changesToName([...since, change('v1.4.2', -1)], [BEGAN]);
    expect(named).toHaveLength(10);
    expect(named[0]?.id).toBe('v1.4.2');
    expect(beganWords(BEGAN, named)).toMatch(/60 s after \*v1\.4\.2\*|1 min after \*v1\.4\.2\*/);
  });

  it('hold the one of each onset, and none where nothing began', () => {
    const earlier = { at: AT - 60 * MINUTE, plusMinus: MINUTE };
    const named = changesToName([...since, change('v1.4.2', -1), change('v1.4.1', -62)], [BEGAN, earlier]);
    expect(named.slice(0, 2).map(({ id }) => id)).toEqual(['v1.4.2', 'v1.4.1']);
    expect(changesToName(since, [])).toEqual([]);
  });
});
