import type { KnownBlock } from '@slack/types';
import type { DigestEntry, DigestLine } from '#app/digest-answers.ts';
import { spentLines } from '#domain/budget/spent-lines.ts';
import { windowLabel } from '#domain/budget/window.ts';
import { budgetShort, percent, stateWord } from '#domain/budget/words.ts';
import { needsHelp } from '#domain/digest/fleet.ts';
import type { Trend } from '#domain/digest/spent.ts';
import { planResultWords, spentWords } from '#domain/digest/words.ts';
import { plain, section, table, time } from '../blocks.ts';
import { COLOUR, rateOf } from './budget.ts';
import { mentionOf } from './evidence.ts';
import { who } from './figures.ts';

/** The button that asks for a plan; its value names the budget. */
export const PLAN_ACTION = 'digest-plan';

/** Spenders that are named, the rest of them being summed. */
const SPENDERS = 4;

const ARROW: Readonly<Record<Trend, string>> = { more: '↑', less: '↓', same: '→' };

/** A budget that needs somebody: where it stands, what the week spent, what spent it, and what its team means to do. `calls`: who is to be called is. */
export function entryBlock(entry: DigestEntry, calls: boolean): KnownBlock {
  const { service, slo, plan } = entry;
  const lines = [headlineOf(entry, calls), weekWords(entry), ...spenderWords(entry), ...planWords(entry)];
  const value = JSON.stringify({ service, slo });
  // What no button can carry cannot be planned for here; what is well needs no plan.
  if (value.length > LONGEST_VALUE || !needsHelp(entry)) return section(lines.join('\n'));
  return {
    ...section(lines.join('\n')),
    accessory: {
      type: 'button',
      action_id: PLAN_ACTION,
      text: { type: 'plain_text', text: plan === undefined ? 'Recovery plan' : 'New plan' },
      value,
    },
  };
}

/** Slack’s limit of what a button carries. */
const LONGEST_VALUE = 2000;

/** `:red_circle: *checkout* availability (payments, @owner) · 61 of 43 min used in 30 d, 18 over`. */
function headlineOf(line: DigestEntry, calls: boolean): string {
  const { service, slo, owner, mention, colour, window } = line;
  const whose = [
    ...(owner === undefined ? [] : [plain(owner, 40)]),
    ...(mention === undefined || !calls || colour !== 'red' ? [] : [mentionOf(mention)]),
  ];
  const name = `*${plain(service, 60)}* ${plain(slo, 60)}${whose.length === 0 ? '' : ` (${whose.join(', ')})`}`;
  return [`${COLOUR[colour]} ${name}`, stateWord(line), budgetShort(line), windowLabel(window)].join(' · ');
}

/** What the week spent beside the one before, how much of the traffic that is, and how it burns now. */
function weekWords({ week, before, trend, usage, traffic, state }: DigestEntry): string {
  const spent =
    week === undefined ? 'nothing was counted in the week' : `spent *${spentWords(week, usage)}* in the week`;
  const than = before === undefined ? '' : ` (${spentWords(before, usage)} the week before)`;
  const { burning } = state;
  return [
    `${trend === undefined ? '' : `${ARROW[trend]} `}${spent}${than}`,
    ...(traffic === undefined ? [] : [`${trafficWords(traffic)} of all requests`]),
    ...(burning === undefined ? [] : [`burning ${rateOf(burning.rate)} now`]),
  ].join(' · ');
}

/** A part of the traffic in whole per cents, the small ones with a digit. */
export function trafficWords(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  return percent(Number(share.toFixed(share < 0.0995 ? 3 : 2)));
}

function spenderWords({ spenders, usage }: DigestEntry): readonly string[] {
  if (spenders.length === 0) return [];
  if (spenders.every(({ kind }) => kind === 'background')) return ['spent by no deploy or incident'];
  const named = spentLines(spenders, usage, SPENDERS).map(({ name, used }) => `${plain(name, 50)} ${used}`);
  return [`spent by: ${named.join(', ')}`];
}

function planWords({ plan: told }: DigestEntry): readonly string[] {
  if (told === undefined) return [];
  const { plan, result } = told;
  const when = time(plan.at, '{date_short_pretty} {time}');
  return [`plan of ${who(plan.by)}, ${when}: _${plain(plan.text, 200)}_ → ${planResultWords(result)}`];
}

/** Budgets that need nobody, a row each. */
export function restTable(lines: readonly DigestLine[]): KnownBlock {
  const rows = lines.map((line) => {
    const { service, slo, week, trend, usage } = line;
    const spent = week === undefined ? '–' : spentWords(week, usage);
    return [
      ...[`${service} ${slo}`, budgetShort(line), spent],
      ...[trend === undefined ? '' : ARROW[trend], windowLabel(line.window)],
    ];
  });
  return table(['the rest', 'budget', 'in the week', '', 'window'], rows);
}
