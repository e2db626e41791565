import type { CoverageAnswer } from '#app/answer.ts';
import { ASPECTS, type Aspect, type Covered, countsOf } from '#domain/coverage.ts';
import { serviceLink } from './budgets.ts';
import type { Sheet } from './frame.ts';
import { type Html, html } from './html.ts';
import { counted, type PageClock, problemNotes } from './words.ts';

/** What each aspect is called on pages. */
export const ASPECT_NAMES: Readonly<Record<Aspect, string>> = {
  ...{ signals: 'signals', slo: 'SLO', owner: 'owner', runbook: 'runbook' },
  ...{ version: 'version label', dashboard: 'dashboard', traces: 'traces' },
};

const STATES: Readonly<Record<Covered, readonly [string, string, string]>> = {
  yes: ['green', '●', 'yes'],
  noData: ['yellow', '■', 'no data'],
  no: ['grey', '○', 'missing'],
};

/** What each service has to be observed by, the least first. */
export function coveragePage({ cards, at, problems }: CoverageAnswer, clock: PageClock): Sheet {
  const counts = countsOf(cards);
  const whole = cards.filter(({ covered }) => covered === ASPECTS.length).length;
  const without = counts.slo.noData === 0 ? '' : `, ${counts.slo.noData} without data`;
  return {
    ...{ title: 'Coverage', here: 'coverage' },
    facts: html`${counts.slo.yes + counts.slo.noData} of ${counted(cards.length, 'service')} have SLOs${without} · ${whole} complete · as of ${clock.at(at)}`,
    body: html`${problemNotes(problems)}
<div class="scroll" tabindex="0" role="region" aria-label="Coverage"><table>
<caption>What each service has, the least observed first</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Owner</th><th scope="col" class="figure">Has</th>${ASPECTS.map((aspect) => html`<th scope="col">${ASPECT_NAMES[aspect]}<span class="why">${counts[aspect].yes} of ${cards.length}</span></th>`)}</tr></thead>
<tbody>${cards.map(
      ({ service, owner, covered, aspects }) =>
        html`<tr><th scope="row">${serviceLink(service)}</th><td>${owner ?? '–'}</td><td class="figure">${covered} of ${ASPECTS.length}</td>${ASPECTS.map((aspect) => html`<td>${stateOf(aspects[aspect])}</td>`)}</tr>
`,
    )}</tbody></table></div>
<p class="note">What is missing is added to the service in <code>bellbuoy.yaml</code>: <code>slos</code>, <code>owner</code>, <code>links.runbook</code>, <code>links.dashboard</code>, <code>links.traces</code>. Signals and version come from its metrics; <code>bellbuoy check --online</code> says what they lack.</p>`,
  };
}

function stateOf(covered: Covered): Html {
  const [tone, shape, word] = STATES[covered];
  return html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${word}</span>`;
}
