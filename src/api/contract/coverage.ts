import { z } from 'zod';
import type { CoverageAnswer } from '#app/answer.ts';
import { ASPECTS, type Aspect, countsOf, type Scorecard } from '#domain/coverage.ts';
import { present } from '#domain/optional.ts';
import { Time, timeOf } from './values.ts';

const Name = z.enum(['signals', 'slo', 'owner', 'runbook', 'version', 'dashboard', 'traces']);

/** How far one service is observed. */
export const Coverage = z.object({
  service: z.string(),
  owner: z.string().optional(),
  has: z.array(Name).describe('What is set up, and measured where it is something to measure.'),
  withoutData: z.array(Name).describe('What is set up, and of which nothing was measured lately.'),
  lacks: z.array(Name).describe('What is not set up.'),
});
export type Coverage = z.infer<typeof Coverage>;

/** How far the services are observed, the least first. */
export const CoverageList = z.object({
  at: Time,
  services: z.array(Coverage),
  totals: z
    .array(z.object({ aspect: Name, services: z.int().min(0), withoutData: z.int().min(0) }))
    .describe('How many of all services have each.'),
  unasked: z.array(z.string()).describe('What could not be asked: data may be there where none was seen.'),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type CoverageList = z.infer<typeof CoverageList>;

export function coverageOf({ service, owner, aspects }: Scorecard): Coverage {
  const those = (state: Scorecard['aspects'][Aspect]) =>
    ASPECTS.filter((aspect) => aspects[aspect] === state);
  return {
    ...{ service, has: those('yes'), withoutData: those('noData'), lacks: those('no') },
    ...present({ owner }),
  };
}

/** The answer without its services, which come page by page. */
export function coverageTotals({ at, cards, problems }: CoverageAnswer): Omit<CoverageList, 'services'> {
  const counts = countsOf(cards);
  return {
    at: timeOf(at),
    totals: ASPECTS.map((aspect) => ({
      ...{ aspect, services: counts[aspect].yes, withoutData: counts[aspect].noData },
    })),
    unasked: problems.map(({ what }) => what),
  };
}
