import type { BudgetLine } from '#app/answer.ts';
import { type Page, pathOf } from '#app/page-address.ts';
import { isJudged, SHOWN_RATES } from '#domain/budget/state.ts';
import { windowWords } from '#domain/budget/window.ts';
import { budgetShort, percent, stateWord } from '#domain/budget/words.ts';
import { DAY, HOUR } from '#domain/time.ts';
import { type Html, html, NOTHING } from './html.ts';
import { colourOf } from './words.ts';

/** Budgets in a table: where each stands in its own window, and how fast it burns. */
export function budgetTable(lines: readonly BudgetLine[], caption: string): Html {
  if (lines.length === 0)
    return html`<p>No SLO is configured. Add <code>slos</code> to the service in bellbuoy.yaml.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Objective</th><th scope="col">State</th><th scope="col">Budget</th><th scope="col">Window</th>${SHOWN_RATES.map((over) => html`<th scope="col" class="figure">${over / HOUR >= 24 ? `${over / DAY} d` : `${over / HOUR} h`}</th>`)}</tr></thead>
<tbody>${lines.map(rowOf)}</tbody>
</table></div>`;
}

function rowOf(line: BudgetLine): Html {
  const { slo, objective, colour, window, rates, policy, state } = line;
  const rateOver = (over: number) => {
    const rate = rates.find((one) => one.over === over)?.rate;
    return rate === undefined || !isJudged(state) ? '–' : `${Number(rate.toFixed(rate < 10 ? 1 : 0))}×`;
  };
  return html`<tr><th scope="row">${slo} ${percent(objective)}${policy === undefined ? NOTHING : html`<span class="why">Policy: ${policy}</span>`}</th><td>${colourOf(colour, stateWord(line))}</td><td>${budgetShort(line)}</td><td>${windowWords(window)}</td>${SHOWN_RATES.map((over) => html`<td class="figure">${rateOver(over)}</td>`)}</tr>`;
}

/** A service’s name that leads to its page. */
export function serviceLink(service: string): Html {
  const page: Page = { page: 'service', service };
  return html`<a href="${pathOf(page)}">${service}</a>`;
}
