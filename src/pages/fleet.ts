import type { FleetAnswer, FleetStatusRow } from '#app/answer.ts';
import { HEALTH_ORDER } from '#app/answers/health.ts';
import { pathOf } from '#app/page-address.ts';
import { budgetShort } from '#domain/budget/words.ts';
import type { Service } from '#domain/service.ts';
import { serviceLink } from './budgets.ts';
import type { Sheet } from './frame.ts';
import { type Html, html, NOTHING } from './html.ts';
import { incidentList } from './incidents.ts';
import { counted, figureOf, healthOf, healthWord, type PageClock, problemNotes } from './words.ts';

/** What of the fleet is shown, and in which order. */
export type FleetView = { readonly q?: string; readonly owner?: string; readonly sort?: string };

const SORTS = ['need', 'service', 'rate', 'errors', 'p99', 'budget'] as const;

/** The fleet, a row a service: who needs somebody first, unless another order is asked for. */
export function fleetPage(
  { rows, window, incidents = [] }: FleetAnswer,
  services: readonly Service[],
  view: FleetView,
  clock: PageClock,
): Sheet {
  const owners = new Map(services.map(({ name, owner }) => [name, owner]));
  const shown = sorted(
    rows.filter((row) => isWanted(row, view, owners)),
    view.sort,
  );
  const problems = new Map(rows.flatMap(({ reading }) => reading.problems).map((one) => [one.code, one]));
  return {
    ...{ title: 'The fleet', here: 'fleet', isLive: true },
    facts: html`${counted(rows.length, 'service')}, last 5 min, as of ${clock.at(window.to)}`,
    body: html`<p class="lead">${countsOf(rows)}</p>
${problemNotes([...problems.values()])}
${incidents.length === 0 ? NOTHING : html`<h2>Open incidents</h2>${incidentList(incidents, clock)}`}
<h2>Services</h2>
${filterForm(view, [...new Set(services.flatMap(({ owner }) => owner ?? []))])}
<div class="scroll" tabindex="0" role="region" aria-label="Services"><table>
<caption>${shown.length === rows.length ? 'All services' : `${shown.length} of ${counted(rows.length, 'service')}`}</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Health</th><th scope="col" class="figure">Rate</th><th scope="col" class="figure">Errors</th><th scope="col" class="figure">p99</th><th scope="col">Budget</th><th scope="col">Owner</th><th scope="col">Last deploy</th></tr></thead>
<tbody>${shown.map((row) => rowOf(row, owners.get(row.service), clock))}</tbody>
</table></div>`,
  };
}

function rowOf(row: FleetStatusRow, owner: string | undefined, clock: PageClock): Html {
  const {
    service,
    health,
    why,
    reading: { values },
    budget,
    lastDeploy,
  } = row;
  const reasons = why.map((one) => html`<span class="why">${one}</span>`);
  const deploy =
    lastDeploy === undefined
      ? NOTHING
      : html`${lastDeploy.version}<span class="why">${clock.at(lastDeploy.at)}${lastDeploy.watching ? ', being watched' : ''}</span>`;
  return html`<tr><th scope="row">${serviceLink(service)}</th><td>${healthOf(health)}${reasons}</td><td class="figure">${figureOf('rate', values.rate)}</td><td class="figure">${figureOf('errorRatio', values.errorRatio)}</td><td class="figure">${figureOf('p99', values.p99)}</td><td>${budget === undefined ? '–' : budgetShort(budget)}</td><td>${owner ?? '–'}</td><td>${deploy}</td></tr>
`;
}

function countsOf(rows: readonly FleetStatusRow[]): Html {
  const counts = HEALTH_ORDER.flatMap((health) => {
    const many = rows.filter((row) => row.health === health).length;
    return many === 0 ? [] : [healthOf(health, many)];
  });
  return html`${counts.map((one, i) => html`${i === 0 ? '' : ' · '}${one}`)}`;
}

function filterForm({ q = '', owner = '', sort = 'need' }: FleetView, owners: readonly string[]): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : NOTHING}>${words}</option>`;
  return html`<form method="get" action="${pathOf({ page: 'fleet' })}" role="search">
<label>Name or health<input name="q" value="${q}" type="search" autocomplete="off"></label>
<label>Owner<select name="owner">${option('', 'all', owner)}${owners.map((one) => option(one, one, owner))}</select></label>
<label>Order<select name="sort">${SORTS.map((one) => option(one, one === 'need' ? 'who needs help first' : one, sort))}</select></label>
<button type="submit">Show</button></form>`;
}

function isWanted(
  { service, health }: FleetStatusRow,
  { q = '', owner = '' }: FleetView,
  owners: ReadonlyMap<string, string | undefined>,
): boolean {
  const text = `${service} ${healthWord(health)}`.toLowerCase();
  return text.includes(q.trim().toLowerCase()) && (owner === '' || owners.get(service) === owner);
}

function sorted(rows: readonly FleetStatusRow[], sort: string | undefined): readonly FleetStatusRow[] {
  const by = (value: (row: FleetStatusRow) => number | undefined) =>
    rows.toSorted((a, b) => (value(b) ?? -1) - (value(a) ?? -1));
  switch (sort) {
    case 'service':
      return rows.toSorted((a, b) => a.service.localeCompare(b.service));
    case 'rate':
      return by(({ reading }) => reading.values.rate);
    case 'errors':
      return by(({ reading }) => reading.values.errorRatio);
    case 'p99':
      return by(({ reading }) => reading.values.p99);
    case 'budget':
      return by(({ budget }) => budget?.usage.share);
    default:
      return rows;
  }
}
