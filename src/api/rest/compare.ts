import { z } from 'zod';
import { answer } from '#app/answers/answer.ts';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { RED_MEASURES } from '#domain/signal.ts';
import { Comparison, cohortsOf, comparisonOf } from '../contract/compare.ts';
import { MEASURES } from '../contract/readings.ts';
import { type Operation, operation } from '../operation.ts';
import { againstOf } from './against.ts';
import { answeredAs } from './answered.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthOf } from './lengths.ts';
import { knownService } from './names.ts';
import { Text } from './query.ts';

const CompareInput = z.strictObject({
  service: Text.describe('The service whose signals are compared.'),
  measures: z
    .array(z.enum(MEASURES, { error: `Expected some of ${MEASURES.join(', ')}.` }))
    .min(1)
    .max(MEASURES.length)
    .optional()
    .describe('Rate, errors and durations if nothing is said.'),
  length: lengthOf('30m', 'How long both windows are').describe(
    'How long both windows are, the later one ending now or with what `version` ran; such as 30m, 6h or 7d.',
  ),
  against: Text.max(200, { error: 'Expected 200 characters at most.' })
    .default('before deploy')
    .describe(
      'What with: a time before (1h, yesterday, last week), “before deploy” (the last), “before v1.4.2”, or a version that ran (v1.4.1).',
    ),
  version: Text.max(200, { error: 'Expected 200 characters at most.' })
    .optional()
    .describe('Ends the later window when this version ceased to run.'),
  flag: Text.optional().describe(
    'Compares those with this feature flag with those without it at the same time; `against` and `version` are not read then.',
  ),
  draw: Draw,
});

/** Two windows, or two cohorts. */
export function compareOperations(ports: Ports): readonly Operation[] {
  const { clock } = ports;
  return [
    operation({
      name: 'compare',
      method: 'GET',
      path: '/api/v1/compare',
      summary:
        'Two windows of a service, or those with a flag beside those without it: values, changes, how sure, since when.',
      scope: 'read',
      input: CompareInput,
      answer: Comparison,
      tool: {
        description:
          'Compares a service’s signals in two windows of the same length: both values, the change, how sure it is, when each signal changed for good (`began`, with its uncertainty) and which deploys or flags came around that moment. With `flag` those who have it are compared with those who have not. Use it to find what changed and when; get_deploy tells of a change that it names.',
        bound: 16_000,
        more: 'Ask for fewer `measures`.',
      },
      async ask({ service, measures, length, against, version, flag, draw }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const id = freshId(['compare', service, measures, length, against, version, flag], ports);
        if (flag !== undefined) {
          const { answer: found, drawing } = await answer(
            { ask: 'flag', flag, service, length, ...present({ measures }) },
            id,
            ports,
          );
          const cohorts = answeredAs(found, 'flag');
          if (!cohorts.ok) return failure('not-found', cohorts.problem.what, { where: 'query flag' });
          const snapshot = await drawnId(drawing, draw, ports);
          return success(cohortsOf(cohorts.value, clock.now(), snapshot));
        }
        const asked = { ask: 'compare', service, length, measures: measures ?? RED_MEASURES } as const;
        const { answer: found, drawing } = await answer(
          { ...asked, against: againstOf(against), ...present({ version }) },
          id,
          ports,
        );
        const compared = answeredAs(found, 'compare');
        if (!compared.ok)
          return failure(compared.problem.code, compared.problem.what, { where: 'query against' });
        const snapshot = await drawnId(drawing, draw, ports);
        return success(comparisonOf(compared.value, clock.now(), snapshot));
      },
    }),
  ];
}
