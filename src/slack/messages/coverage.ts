import type { CoverageAnswer } from '#app/answer.ts';
import { ASPECTS, type Aspect, countsOf, type Scorecard } from '#domain/coverage.ts';
import { context, packed, plain, type Rendered, rendered } from '../blocks.ts';
import { counted, problemNotes } from './figures.ts';

export const ASPECT: Readonly<Record<Aspect, string>> = {
  ...{ signals: 'signals', slo: 'SLO', owner: 'owner', runbook: 'runbook' },
  ...{ version: 'version label', dashboard: 'dashboard', traces: 'traces' },
};

/** Where each aspect is set up. */
const REMEDY =
  'Add what is missing to the service in bellbuoy.yaml: `slos`, `owner`, `links.runbook`, `links.dashboard`, `links.traces`. Signals and version come from its metrics: `bellbuoy check --online` says what they lack.';

/** How many services have SLOs, and for how many nothing was counted: `54 of 60 services have SLOs, 3 without data`. */
export function coverageLine(cards: readonly Scorecard[]): string {
  const { yes, noData } = countsOf(cards).slo;
  const without = noData === 0 ? '' : `, ${noData} without data`;
  return `${yes + noData} of ${counted(cards.length, 'service')} have SLOs${without}`;
}

export function coverageBlocks({ cards, shown, problems }: CoverageAnswer): Rendered {
  const whole = cards.filter(({ covered }) => covered === ASPECTS.length).length;
  const title = `*Coverage* · ${coverageLine(cards)} · ${whole === cards.length ? 'all' : whole} complete`;
  const counts = countsOf(cards);
  const each = ASPECTS.map((aspect) => `${ASPECT[aspect]} ${counts[aspect].yes}`).join(' · ');
  const lacking = cards.length - whole;
  return rendered(title, [
    ...packed([title, ...cards.slice(0, shown).map(rowOf)]),
    ...(lacking > shown ? [context(`and ${lacking - shown} more that lack something`)] : []),
    context(`Of ${counted(cards.length, 'service')}: ${each}`),
    ...(lacking > 0 ? [context(REMEDY)] : []),
    ...problemNotes(problems),
  ]);
}

function rowOf({ service, owner, aspects, covered }: Scorecard): string {
  const named = (state: Scorecard['aspects'][Aspect]) =>
    ASPECTS.filter((aspect) => aspects[aspect] === state)
      .map((aspect) => ASPECT[aspect])
      .join(', ');
  const [missing, unmeasured] = [named('no'), named('noData')];
  return [
    `*${plain(service, 60)}*${owner === undefined ? '' : ` (${plain(owner, 40)})`} ${covered} of ${ASPECTS.length}`,
    ...(missing === '' ? [] : [`no ${missing}`]),
    ...(unmeasured === '' ? [] : [`no data: ${unmeasured}`]),
  ].join(' · ');
}
