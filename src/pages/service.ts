import type { RecentChange, ServiceAnswer } from '#app/answer.ts';
import { pathOf } from '#app/page-address.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import { shareChange } from '#domain/share-words.ts';
import { DAY, HOUR, lengthOf, type Range, SECOND } from '#domain/time.ts';
import { budgetTable } from './budgets.ts';
import type { Sheet } from './frame.ts';
import { type Html, html, NOTHING } from './html.ts';
import { incidentList } from './incidents.ts';
import { figureOf, healthOf, type PageClock, problemNotes } from './words.ts';

/** What of a service is shown: a stretch that stays, or the last hours up to now. */
export type Shown = { readonly range: Range; readonly isLive: boolean };

const LENGTHS = [
  [HOUR, '1 h'],
  [6 * HOUR, '6 h'],
  [DAY, '1 day'],
  [7 * DAY, '7 days'],
] as const;

const MEASURES = ['rate', 'errorRatio', 'p50', 'p99'] as const;

/** One service: how it does, its panels over the stretch, its budgets, and what changed. */
export function servicePage(
  service: Service,
  answer: ServiceAnswer,
  {
    chart,
    shown,
    deploys,
  }: { readonly chart: Html; readonly shown: Shown; readonly deploys: readonly Deploy[] },
  clock: PageClock,
): Sheet {
  const { name, description, owner, links } = service;
  const { range, isLive } = shown;
  const to = isLive ? html`the last ${lengthsWord(range)}` : clock.range(range);
  const leads = Object.entries(links).flatMap(([what, url]) =>
    /^https?:/.test(url) ? [html`<a href="${url}" rel="noreferrer">${what}</a> `] : [],
  );
  return {
    ...{ title: name, here: 'fleet', isLive },
    facts: html`${to}${isLive ? html` · as of ${clock.at(answer.window.to)}` : NOTHING}${owner === undefined ? NOTHING : html` · owner ${owner}`}${answer.version === undefined ? NOTHING : html` · running ${answer.version}`}`,
    body: html`${description === undefined ? NOTHING : html`<p>${description}</p>`}
<p class="lead">${isLive ? NOTHING : 'Now: '}${healthOf(answer.health)}</p>
${isLive ? NOTHING : html`<p class="note">Signals, deploys and changes are of the stretch; health, budgets, alerts and incidents are as they are now.</p>`}
${answer.why.length === 0 ? NOTHING : html`<ul>${answer.why.map((why) => html`<li>${why}</li>`)}</ul>`}
<p class="screen">${leads}</p>
<nav class="screen" aria-label="Stretch of time"><ul>${LENGTHS.map(([length, words]) => html`<li><a href="${pathOf({ page: 'service', service: name })}?last=${length / SECOND}">${words}</a></li>`)}<li><a href="${pathOf({ page: 'service', service: name, range })}">a link to this stretch</a></li></ul></nav>
<div class="columns"><div>
${chart}
</div><div>
${readingTable(answer)}
${problemNotes(answer.now.problems)}
<h2>Error budgets</h2>
${budgetTable(answer.budgets, `Error budgets of ${name}`)}
${(answer.incidents ?? []).length === 0 ? NOTHING : html`<h2>Open incidents</h2>${incidentList(answer.incidents ?? [], clock)}`}
${answer.alerts.length === 0 ? NOTHING : html`<h2>Open alerts</h2><ul>${answer.alerts.map((alert) => html`<li>${alert.name} (${alert.severity}) since ${clock.at(alert.since)}${alert.acknowledged ? ', acknowledged' : ''}</li>`)}</ul>`}
<h2>Deploys in this stretch</h2>
${deployTable(deploys, clock)}
<h2>Recent changes</h2>
${answer.changes.length === 0 ? html`<p>None.</p>` : html`<ul>${answer.changes.map((change) => html`<li>${changeWords(change)}, ${clock.at(change.at)}</li>`)}</ul>`}
</div></div>`,
  };
}

function lengthsWord(range: Range): string {
  return (
    LENGTHS.find(([length]) => length === lengthOf(range))?.[1] ?? `${Math.round(lengthOf(range) / HOUR)} h`
  );
}

/** Now beside yesterday and last week. */
function readingTable({ now, yesterday, lastWeek, window }: ServiceAnswer): Html {
  const rows = [
    ['in this stretch', now],
    ['a day earlier', yesterday],
    ['a week earlier', lastWeek],
  ] as const;
  const caption = `Signals over ${Math.round(lengthOf(window) / 60_000)} min`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr><th scope="col">When</th><th scope="col" class="figure">Rate</th><th scope="col" class="figure">Errors</th><th scope="col" class="figure">p50</th><th scope="col" class="figure">p99</th></tr></thead><tbody>${rows.map(([when, { values }]) => html`<tr><th scope="row">${when}</th>${MEASURES.map((measure) => html`<td class="figure">${figureOf(measure, values[measure])}</td>`)}</tr>`)}</tbody></table></div>`;
}

function changeWords(change: RecentChange): Html {
  const by = change.actor === undefined ? '' : ` by ${change.actor}`;
  if (change.kind === 'deploy') return html`${change.service} ${change.version}${by}`;
  return html`flag ${change.flag} ${shareChange(change.before, change.share)} on ${change.service}${by}`;
}

/** Deploys with what was found of each. */
export function deployTable(deploys: readonly Deploy[], clock: PageClock): Html {
  if (deploys.length === 0) return html`<p>None.</p>`;
  const rows = deploys.toReversed().map((deploy) => {
    const { version, environment, startedAt, actor, status, rollback, watch } = deploy;
    const verdict = watch?.verdict?.verdict;
    // What a watch thinks before its end is no verdict, unless it is a bad one.
    const isTold = watch?.state === 'done' || verdict === 'degraded';
    const found = (isTold ? verdict : undefined) ?? watch?.state ?? 'not watched';
    return html`<tr><th scope="row">${version}${rollback === true ? ' (rollback)' : ''}</th><td>${clock.at(startedAt)}</td><td>${environment}</td><td>${status}</td><td>${found}</td><td>${actor ?? '–'}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Deploys"><table><caption>Newest first</caption><thead><tr><th scope="col">Version</th><th scope="col">Started</th><th scope="col">Environment</th><th scope="col">Status</th><th scope="col">Verdict</th><th scope="col">By</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
