import type { Rollout } from '../flag.ts';
import { wentWords } from '../share-words.ts';
import type { TimelineEntry } from './timeline.ts';

/** What a rollout tells: each of its steps, and which of them was found to do harm. */
export function factsOfRollout(rollout: Rollout): readonly TimelineEntry[] {
  const { id, flag, service, steps } = rollout;
  const reference = { kind: 'rollout' as const, id };
  return steps.flatMap((step): readonly TimelineEntry[] => {
    const key = `flag:${id}:${step.number}`;
    const where = `${flag} ${wentWords(step.share)}${service === undefined ? '' : ` on ${service}`}`;
    const by = step.actor === undefined ? '' : `, by ${step.actor}`;
    const turned: TimelineEntry = { key, kind: 'flag', at: step.at, text: `${where}${by}`, reference };
    const { verdict, lookedAt, told } = step.watch ?? {};
    const found = told === 'stop' && verdict?.word === 'stop' ? lookedAt : undefined;
    return found === undefined
      ? [turned]
      : [
          turned,
          {
            ...{ key: `${key}:stop`, kind: 'flag', at: found, reference },
            text: `${where} is found to do harm: stop`,
          },
        ];
  });
}
