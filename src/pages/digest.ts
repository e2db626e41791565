import type { DigestAnswer, DigestEntry, DigestLine } from '#app/digest-answers.ts';
import { pathOf } from '#app/page-address.ts';
import type { KeptDigest } from '#app/ports.ts';
import { spentLines } from '#domain/budget/spent-lines.ts';
import { windowWords } from '#domain/budget/window.ts';
import { budgetShort, percent, stateWord } from '#domain/budget/words.ts';
import { ASPECTS } from '#domain/coverage.ts';
import { DIGEST_STATES, type DigestState, digestState, needsHelp } from '#domain/digest/fleet.ts';
import { planResultWords, spentWords } from '#domain/digest/words.ts';
import { lengthWords } from '#domain/length-words.ts';
import { serviceLink } from './budgets.ts';
import { ASPECT_NAMES } from './coverage.ts';
import type { Sheet } from './frame.ts';
import { type Html, html, NOTHING } from './html.ts';
import { incidentList } from './incidents.ts';
import { colourOf, counted, type PageClock, tight, whoIs } from './words.ts';

type Names = ReadonlyMap<string, string>;

const STATES: Readonly<Record<DigestState, readonly [tone: string, shape: string, words: string]>> = {
  over: ['red', '▲', 'over budget'],
  burning: ['orange', '▲', 'burning fast'],
  atRisk: ['yellow', '■', 'at risk'],
  well: ['green', '●', 'well'],
  quiet: ['grey', '○', 'too quiet to judge'],
  noData: ['grey', '○', 'without data'],
};

const TREND = { more: '↑ more than', less: '↓ less than', same: '→ as much as' } as const;

/** Budgets that need nobody, of which a page shows so many: it is to be one sheet of paper. */
const REST = 10;

/** The weekly meeting’s page: who needs help, what spent their budgets, what they mean to do, and how delivery went; one sheet of paper where that is possible. */
export function digestPage(
  answer: DigestAnswer,
  { chart, names, sent }: { readonly chart: Html; readonly names: Names; readonly sent?: string },
  clock: PageClock,
): Sheet {
  const { owner, week, at, coverage, entries } = answer;
  const without = coverage.noData === 0 ? '' : `, ${coverage.noData} without data`;
  return {
    title: `Reliability${owner === undefined ? '' : ` of ${owner}`}, ${week.name}`,
    ...{ here: 'digests', isLive: sent === undefined },
    facts: html`${coverage.withSlo} of ${counted(coverage.services, 'service')} have SLOs${without} · as of ${clock.at(at)}${sent === undefined ? ', the week so far' : ''}`,
    body: html`<p class="lead">${countsOf(answer)}</p>
<div class="columns"><div>
<h2>Who needs help</h2>
${entries.length === 0 ? html`<p>Nobody: every budget that can be judged is well.</p>` : entries.map((entry) => entryOf(entry, names, clock))}
${actionsOf(answer, names)}
${lackOf(answer)}
</div><div>
${chart}
${deliveryOf(answer)}
</div></div>
${
  answer.incidents.length === 0
    ? NOTHING
    : html`<h2>Incidents of the week</h2>${incidentList(
        answer.incidents.map((incident) => ({ incident })),
        clock,
      )}`
}
${restOf(answer)}`,
  };
}

/** Digests that were sent, the newest first. */
export function digestsPage(
  kept: readonly Pick<KeptDigest, 'id' | 'due'>[],
  owners: readonly string[],
  clock: PageClock,
): Sheet {
  const link = (digest: string, words: Html | string) =>
    html`<li><a href="${pathOf({ page: 'digest', digest })}">${words}</a></li>`;
  return {
    ...{ title: 'Digests', here: 'digests' },
    body: html`<h2>The week so far</h2>
<ul>${link('now', 'of all services')}${owners.map((owner) => link(`now ${owner}`, `of ${owner}`))}</ul>
<h2>Sent</h2>
${kept.length === 0 ? html`<p>None was sent yet.</p>` : html`<ul>${kept.map(({ id, due }) => link(id, html`${clock.at(due)}`))}</ul>`}`,
  };
}

function countsOf({ counts }: DigestAnswer): Html {
  const parts = DIGEST_STATES.filter((state) => counts[state] > 0).map((state) => {
    const [tone, shape, words] = STATES[state];
    return html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${counts[state]} ${words}</span>`;
  });
  if (parts.length === 0) return html`No service has an SLO yet.`;
  return html`${parts.map((part, i) => html`${i === 0 ? '' : ' · '}${part}`)}`;
}

function entryOf(entry: DigestEntry, names: Names, clock: PageClock): Html {
  const {
    service,
    slo,
    owner,
    colour,
    objective,
    window,
    week,
    before,
    trend,
    traffic,
    usage,
    spenders,
    policy,
    plan,
  } = entry;
  const spent =
    week === undefined ? 'Nothing was counted in the week.' : `Spent ${spentWords(week, usage)} in the week`;
  const than =
    before === undefined || trend === undefined
      ? ''
      : `, ${TREND[trend]} the ${spentWords(before, usage)} of the week before`;
  const state = needsHelp(entry) ? STATES[digestState(entry)][2] : stateWord(entry);
  return html`<article class="entry"><h3>${serviceLink(service)} ${slo} ${colourOf(colour, state)}</h3>
<p>${owner === undefined ? NOTHING : html`${owner} · `}${tight(`${budgetShort(entry)} · of ${windowWords(window)} · objective ${percent(objective)}`)}</p>
<p>${tight(`${spent}${than}.`)}${traffic === undefined ? NOTHING : html` ${tight(percent(Number(traffic.toPrecision(2))))} of all requests.`}</p>
${spenders.length === 0 ? NOTHING : spenders.every(({ kind }) => kind === 'background') ? html`<p>Spent by no deploy or incident.</p>` : html`<p>Spent by ${spentLines(spenders, usage, 5).map(({ name, used }, i) => html`${i === 0 ? '' : ', '}${name} (${used})`)}</p>`}
${policy === undefined ? NOTHING : html`<p>Policy: ${policy}</p>`}
${plan === undefined ? html`<p class="note">No recovery plan yet: the button in Slack’s digest takes one.</p>` : html`<p><strong>Plan</strong> of ${whoIs(plan.plan.by, names)}, ${clock.at(plan.plan.at)}: ${plan.plan.text} → ${planResultWords(plan.result)}</p>`}
</article>`;
}

function deliveryOf({ delivery, verdicts }: DigestAnswer): Html {
  const { deploys, perDay, failed, failureRate, restored, timeToRestore } = delivery;
  const { told, degraded, precision } = verdicts;
  const rows = [
    [
      'Deploys',
      deploys === 0 ? 'none' : `${deploys}, ${Number(perDay.toFixed(1))} a day`,
      'that succeeded where deploys are watched, without rollbacks',
    ],
    [
      'Change-failure rate',
      failureRate === undefined ? '–' : `${percent(Number(failureRate.toFixed(3)))} (${failed} failed)`,
      'the verdict stands degraded, or it was rolled back, or an incident or post-mortem names it',
    ],
    [
      'Time to restore',
      timeToRestore === undefined ? '–' : `${lengthWords(timeToRestore)}, median of ${restored}`,
      'from the start of the harm to its mitigation',
    ],
    ['Lead time', 'not known', 'no sender says when a change was committed'],
    [
      'Verdicts',
      told === 0 ? 'none' : `${told}, ${degraded} degraded`,
      precision.answered === 0
        ? 'nobody said whether they were right'
        : `right ${precision.right} of ${precision.answered} that people answered`,
    ],
  ] as const;
  return html`<table><caption>Delivery in the week</caption><tbody>${rows.map(([name, value, what]) => html`<tr><th scope="row">${name}<span class="why">${what}</span></th><td>${value}</td></tr>`)}</tbody></table>`;
}

function actionsOf({ actions, overdue }: DigestAnswer, names: Names): Html {
  if (overdue === 0) return NOTHING;
  const shown = actions.map(
    ({ incident, item }) =>
      html`<li><a href="${pathOf({ page: 'postmortem', incident })}">${incident}</a>: ${item.title}${item.due === undefined ? '' : `, due ${item.due}`}${item.owner === undefined ? '' : `, ${names.get(item.owner) ?? item.owner}`}</li>`,
  );
  const more = overdue > actions.length ? html`<li>and ${overdue - actions.length} more</li>` : NOTHING;
  return html`<h2>Overdue actions</h2><ul>${shown}${more}</ul>`;
}

/** Services that cannot be seen well, with what they lack. */
function lackOf({ lacking, complete }: DigestAnswer): Html {
  if (lacking.length === 0) return NOTHING;
  const named = lacking.map(({ service, aspects }, i) => {
    const missing = ASPECTS.filter((aspect) => aspects[aspect] !== 'yes').map(
      (aspect) => ASPECT_NAMES[aspect],
    );
    return html`${i === 0 ? '' : '; '}${serviceLink(service)} (${missing.join(', ')})`;
  });
  return html`<h2>Least observed</h2><p>${named}. ${complete} lack nothing: <a href="${pathOf({ page: 'coverage' })}">the scorecard</a>.</p>`;
}

function restOf({ rest, omitted }: DigestAnswer): Html {
  if (rest.length === 0) return NOTHING;
  const row = (line: DigestLine) =>
    html`<tr><th scope="row">${serviceLink(line.service)} ${line.slo}</th><td>${colourOf(line.colour, stateWord(line))}</td><td>${budgetShort(line)}</td><td>${line.week === undefined ? '–' : spentWords(line.week, line.usage)}</td><td>${windowWords(line.window)}</td></tr>
`;
  const head = html`<thead><tr><th scope="col">Budget</th><th scope="col">State</th><th scope="col">Used</th><th scope="col">In the week</th><th scope="col">Window</th></tr></thead>`;
  const table = (lines: readonly DigestLine[], caption: string) =>
    html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>${head}<tbody>${lines.map(row)}</tbody></table></div>`;
  const hidden = rest.slice(REST);
  const more = hidden.length + omitted;
  return html`<h2>The rest</h2>${table(rest.slice(0, REST), 'Budgets that need nobody')}
${more === 0 ? NOTHING : html`<details class="screen"><summary>and ${counted(more, 'more budget')}</summary>${table(hidden, 'More budgets that need nobody')}</details>`}`;
}
