import { z } from 'zod';
import { compare as compareWindows } from '#app/answers/compare.ts';
import { flag as compareFlag } from '#app/answers/flags.ts';
import type { Ports } from '#app/ports.ts';
import { YESTERDAY } from '#app/words/against.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Against } from '#domain/request.ts';
import type { Service } from '#domain/service.ts';
import { RED_MEASURES } from '#domain/signal.ts';
import { MINUTE } from '#domain/time.ts';
import { Comparison, cohortsOf, comparisonOf } from '../contract/compare.ts';
import { MEASURES } from '../contract/readings.ts';
import { type Operation, operation } from '../operation.ts';
import { againstOf, FORMS, wrong } from './against.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthIfSaid } from './lengths.ts';
import { didYouMean, serviceAsked, shown } from './names.ts';
import { Text } from './query.ts';

const CompareInput = z.strictObject({
  service: Text.describe('The service whose signals are compared.'),
  measures: z
    .array(z.enum(MEASURES, { error: `Expected some of ${MEASURES.join(', ')}.` }))
    .min(1)
    .max(MEASURES.length)
    .optional()
    .describe('Rate, errors and durations if nothing is said.'),
  length: lengthIfSaid().describe(
    'How long both windows are, the later one ending now or with what `version` ran, such as 30m, 6h or 7d; 30m if nothing is said. Beside a flag: since the latest step of its rollout, if nothing is said.',
  ),
  against: Text.max(200, { error: 'Expected 200 characters at most.' })
    .optional()
    .describe(
      `What with, as people say it: ${FORMS}. If nothing is said: what ran before \`version\` or the last deploy, or the same time yesterday where no deploy is known.`,
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
        const known = serviceAsked(service, ports);
        if (!known.ok) return known;
        const said = against === undefined ? undefined : againstOf(against);
        if (said?.ok === false) return said;
        const other = said?.value;
        const id = draw
          ? freshId(['compare', service, measures, length, against, version, flag], ports)
          : undefined;
        const now = clock.now();
        const name = flag ?? (other?.kind === 'flag' ? other.flag : undefined);
        if (name !== undefined) {
          const having = flagOf(name, known.value);
          if (!having.ok) return having;
          const asked = { ask: 'flag', flag: name, service, ...present({ length, measures }) } as const;
          const { answer, drawing } = await compareFlag(asked, id, ports);
          if (answer.kind === 'problem') return wrong(answer.problem.what);
          return success(cohortsOf(answer, now, await drawnId(drawing, draw, ports)));
        }
        const { answer, drawing } = await compareWindows(
          known.value,
          {
            ...{ ask: 'compare', service, measures: measures ?? RED_MEASURES },
            length: length ?? other?.length ?? USUAL,
            against:
              other === undefined || other.kind === 'flag' ? await usual(service, version, ports) : other,
            ...present({ version }),
          },
          id,
          ports,
        );
        if (answer.kind === 'problem') return wrong(answer.problem.what);
        return success(comparisonOf(answer, now, await drawnId(drawing, draw, ports)));
      },
    }),
  ];
}

const USUAL = 30 * MINUTE;

/** How many deploys back one is looked for that can be compared with what was before it. */
const LATELY = 20;

async function usual(service: string, version: string | undefined, { store }: Ports): Promise<Against> {
  if (version !== undefined) return { kind: 'beforeDeploy', version };
  const lately = await store.deploys.recent({ service, limit: LATELY });
  const isKnown = lately.some(({ watch, status }) => watch !== undefined && status !== 'failed');
  return isKnown ? { kind: 'beforeDeploy' } : YESTERDAY;
}

function flagOf(name: string, service: Service): Outcome<undefined> {
  const names = service.flags.map((one) => one.name);
  if (names.includes(name)) return success(undefined);
  const what = `${service.name} has no flag ${shown(name)}${didYouMean(name, names)}`;
  return failure('not-found', what, { where: 'query flag' });
}
