import type { IncidentAnswer, IncidentLine, IncidentsAnswer } from '#app/incident-answers.ts';
import { pathOf } from '#app/page-address.ts';
import { minutesOf } from '#domain/budget/usage.ts';
import { shortUnit } from '#domain/budget/words.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { isOpen, ROLES } from '#domain/incident/incident.ts';
import { beganAt, lastedFor } from '#domain/incident/lasted.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { lengthWords } from '#domain/length-words.ts';
import { serviceLink } from './budgets.ts';
import type { Sheet } from './frame.ts';
import { type Html, html, NOTHING } from './html.ts';
import { counted, type PageClock, whoIs } from './words.ts';

type Names = ReadonlyMap<string, string>;

/** All incidents, open ones first. */
export function incidentsPage({ lines, open, omitted, at }: IncidentsAnswer, clock: PageClock): Sheet {
  return {
    ...{ title: 'Incidents', here: 'incidents', isLive: true },
    facts: html`${counted(open, 'open incident')} · as of ${clock.at(at)}`,
    body: html`${lines.length === 0 ? html`<p>None was declared yet.</p>` : incidentList(lines, clock)}
${omitted === 0 ? NOTHING : html`<p class="note">and ${counted(omitted, 'older one')}; <code>/obs incident</code> searches in all</p>`}`,
  };
}

/** Incidents in a table. */
export function incidentList(lines: readonly IncidentLine[], clock: PageClock): Html {
  const rows = lines.map(({ incident, postmortem }) => {
    const { id, title, severity, services } = incident;
    return html`<tr><th scope="row"><a href="${pathOf({ page: 'incident', incident: id })}">${id}</a></th><td>${title}</td><td>${severity.replace('sev', 'sev ')}</td><td>${stateOf(incident)}</td><td>${clock.at(beganAt(incident))}</td><td>${services.join(', ')}</td><td>${postmortem === undefined ? '–' : html`<a href="${pathOf({ page: 'postmortem', incident: id })}">${postmortem}</a>`}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Incidents"><table><caption>Open ones first, then the newest</caption><thead><tr><th scope="col">Incident</th><th scope="col">What</th><th scope="col">Severity</th><th scope="col">State</th><th scope="col">Began</th><th scope="col">Services</th><th scope="col">Post-mortem</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** One incident: its facts, what it has cost, and all that happened, with the pictures that were shown. */
export function incidentPage(
  { line: { incident, permalink, postmortem }, at }: IncidentAnswer,
  {
    entries,
    charts,
    names,
  }: {
    readonly entries: readonly TimelineEntry[];
    readonly charts: ReadonlyMap<string, Html>;
    readonly names: Names;
  },
  clock: PageClock,
): Sheet {
  const { id, title, severity, summary, services, roles, times, costs } = incident;
  const facts = [
    ['State', html`${stateOf(incident)}`],
    ['Severity', html`${severity.replace('sev', 'sev ')}`],
    ['Services', html`${services.map((name, i) => html`${i === 0 ? '' : ', '}${serviceLink(name)}`)}`],
    ...ROLES.flatMap((role) => {
      const holder = roles[role];
      return holder === undefined ? [] : [[role, html`${whoIs(holder, names)}`] as const];
    }),
    ...(['started', 'detected', 'acknowledged', 'mitigated', 'resolved'] as const).flatMap((name) => {
      const when = times[name];
      return when === undefined ? [] : [[name, clock.at(when)] as const];
    }),
  ] as const;
  return {
    ...{ title: `${id}: ${title}`, here: 'incidents', isLive: isOpen(incident) },
    facts: html`declared ${clock.at(incident.declaredAt)} by ${whoIs(incident.declaredBy, names)} · as of ${clock.at(at)}`,
    body: html`${summary === undefined ? NOTHING : html`<p class="lead">${summary}</p>`}
<p class="screen">${permalink === undefined ? NOTHING : html`<a href="${permalink}" rel="noreferrer">its thread in Slack</a> · `}${postmortem === undefined ? NOTHING : html`<a href="${pathOf({ page: 'postmortem', incident: id })}">its post-mortem (${postmortem})</a>`}</p>
<table class="facts-table"><caption>What is known of it</caption><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name.charAt(0).toUpperCase()}${name.slice(1)}</th><td>${value}</td></tr>`)}</tbody></table>
${costs.length === 0 ? NOTHING : html`<h2>What it has cost</h2><ul>${costs.map((cost) => html`<li>${cost.service} ${cost.slo}: ${costWords(cost)}</li>`)}</ul>`}
<h2>What happened</h2>
${timeline(entries, charts, names, clock)}`,
  };
}

function costWords(cost: Incident['costs'][number]): string {
  const printed = minutesOf(cost);
  return `${printed.used} of ${printed.allowed} ${shortUnit(printed)} of its budget`;
}

/** Everything that happened, the oldest first. */
export function timeline(
  entries: readonly TimelineEntry[],
  charts: ReadonlyMap<string, Html>,
  names: Names,
  clock: PageClock,
): Html {
  if (entries.length === 0) return html`<p>Nothing is on record.</p>`;
  return html`<ol class="timeline">${entries.map((entry) => {
    const { at, kind, text, by, reference } = entry;
    const chart = reference?.kind === 'snapshot' ? (charts.get(reference.id) ?? NOTHING) : NOTHING;
    const who = by === undefined ? '' : `${whoIs(by, names)}: `;
    return html`<li><span>${clock.at(at)}</span><div><strong>${kind}</strong> ${who}${text}${chart}</div></li>`;
  })}</ol>`;
}

function stateOf(incident: Incident): string {
  const { status, duplicateOf } = incident;
  if (duplicateOf !== undefined) return `the same as ${duplicateOf.incident}`;
  const length = lastedFor(incident);
  return status === 'resolved' && length !== undefined ? `resolved after ${lengthWords(length)}` : status;
}
