import type { PostmortemExport } from '#app/incident-ports.ts';
import type { Actor } from '#domain/event.ts';
import { latestStep } from '#domain/flag.ts';
import { harmLasted, timesOfBoth } from '#domain/incident/fields.ts';
import type { BudgetCost } from '#domain/incident/incident.ts';
import type { ActionItem, Evidence, EvidenceValue } from '#domain/incident/postmortem.ts';
import { formatDuration, SECOND } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { codeBlock, link, plain, table } from './markdown-text.ts';
import {
  ACTION_KIND,
  ACTION_STATE,
  countWords,
  lengthWords,
  TRIGGERED,
  type ZoneClock,
} from './markdown-words.ts';

type Part = string | undefined;

/** A post-mortem as it is written out, with what its parts are written with. */
export type Writing = PostmortemExport & {
  readonly clock: ZoneClock;
  /** How somebody is called. */
  who(actor: Actor): string;
};

/** How long it lasted, requests that failed, and what it cost in error budgets. */
export function costTables({ postmortem, incident }: Writing): readonly Part[] {
  const { record } = postmortem;
  const lasted = harmLasted(timesOfBoth(postmortem, incident));
  const requests = record.requests.map(({ service, failed, all }) => [
    plain(service),
    countWords(failed),
    countWords(all),
    shareWords(failed, all),
  ]);
  const budgets = record.costs.map((cost) => [
    plain(`${cost.service} ${cost.slo}`),
    lengthWords(cost.used),
    lengthWords(cost.allowed),
    shareWords(cost.used, cost.allowed),
    eventsOf(cost),
  ]);
  return [
    lasted === undefined ? undefined : `The harm lasted ${lengthWords(lasted)}.`,
    requests.length === 0 ? undefined : table(['Requests', 'failed', 'of all', 'share'], requests),
    budgets.length === 0
      ? undefined
      : table(['Error budget', 'used', 'of', 'share', 'bad of all events'], budgets),
  ];
}

/** A share of a whole; nothing is said of a whole that is none. */
function shareWords(part: number, whole: number): string {
  const share = part / whole;
  return share >= 0 && share < 1e6 ? formatValue(share, 'ratio') : '–';
}

function eventsOf({ bad, total, isTime }: BudgetCost): string {
  const of = (count: number) => (isTime ? lengthWords(count * SECOND) : countWords(count));
  return `${of(bad)} of ${of(total)}`;
}

/** What set it off: the kind, and what exactly, as far as that is on record. */
export function triggerWords({ postmortem: { fields }, related }: Writing): Part {
  const { triggerKind } = fields;
  const reference = fields.triggerReference?.trim() || undefined;
  if (triggerKind === undefined && reference === undefined) return undefined;
  const deploy = related?.deploys.find(({ id }) => id === reference);
  const rollout = related?.rollouts.find(({ id }) => id === reference);
  const what =
    deploy !== undefined
      ? link(`${deploy.service ?? ''} ${deploy.version} to ${deploy.environment}`, deploy.url)
      : rollout !== undefined
        ? link(`${rollout.flag} in ${rollout.environment}`, latestStep(rollout)?.url)
        : reference === undefined
          ? undefined
          : link(reference, reference);
  const kind = triggerKind === undefined ? undefined : TRIGGERED[triggerKind];
  return `Set off by ${[kind, what].filter((part) => part !== undefined).join(': ')}.`;
}

export function actionTable({ postmortem: { actions }, names, who }: Writing): Part {
  if (actions.length === 0) return undefined;
  const owner = ({ owner: user }: ActionItem) =>
    user === undefined ? 'nobody yet' : who({ kind: 'person', user }) || plain(names.get(user) ?? user);
  return table(
    ['', 'What', 'To', 'Owner', 'Due', 'State'],
    actions.map((item) => [
      ...[plain(item.id), link(item.title, item.url), ACTION_KIND[item.kind], owner(item)],
      ...[plain(item.due ?? '–'), ACTION_STATE[item.state]],
    ]),
  );
}

/** Each day has its own first line where there are several; offsets stand in the head unless the clocks were changed meanwhile. */
export function timelineTable({ entries, zone, clock, who }: Writing): Part {
  if (entries.length === 0) return undefined;
  const days = new Set(entries.map(({ at }) => clock.day(at)));
  const offsets = new Set(entries.map(({ at }) => clock.offset(at)));
  const isSame = offsets.size === 1;
  const zoneWords = [plain(zone), ...(isSame ? [...offsets].filter((offset) => offset !== zone) : [])];
  const moment = (at: number) =>
    [days.size === 1 ? '' : `${clock.day(at)},`, clock.time(at), isSame ? '' : clock.offset(at)]
      .filter((part) => part !== '')
      .join(' ');
  const rows = entries.map(({ at, text, by, addedBy }) => {
    const added = addedBy === undefined ? '' : ` (added by ${who(addedBy)})`;
    return [moment(at), plain(text), `${by === undefined ? '' : who(by)}${added}`.trim()];
  });
  const intro =
    days.size === 1
      ? `${[...days].join('')}, times in ${zoneWords.join(', ')}.`
      : `Times in ${zoneWords.join(', ')}.`;
  return `${intro}\n\n${table(['Time', 'What', 'Who'], rows)}`;
}

/** Each picture as what was asked and what was read. */
export function evidenceParts({ postmortem: { record }, clock }: Writing): readonly Part[] {
  return record.evidence.map(({ title, takenAt, range, step, snapshot, queries, values }) => {
    const isSameDay = clock.day(takenAt) === clock.day(range.to);
    const read = isSameDay ? `at ${clock.time(takenAt)} ${clock.offset(takenAt)}` : clock.moment(takenAt);
    const stretch = `${clock.stretch(range)}, in steps of ${formatDuration(step)}; read ${read}, snapshot ${plain(snapshot)}.`;
    return [
      `### ${plain(title) || 'A picture'}`,
      stretch,
      ...[...Map.groupBy(queries, ({ source, promql }) => `${source} ${promql}`).values()].flatMap((same) =>
        // One query may give several lines.
        same.slice(0, 1).map(({ source, promql }) => {
          const lines = same.map(({ line }) => plain(line)).filter((line) => line !== '');
          const what = lines.length === 0 ? '' : ` for ${lines.map((line) => `“${line}”`).join(', ')}`;
          return `Asked of ${plain(source)}${what}:\n\n${codeBlock(promql, 'promql')}`;
        }),
      ),
      ...valueTables(values),
    ].join('\n\n');
  });
}

function valueTables(values: Evidence['values']): readonly string[] {
  if (values.length === 0) return [];
  const figure = (value: number | undefined, { unit }: EvidenceValue) =>
    value === undefined || value === null ? '–' : formatValue(value, unit);
  return [
    table(
      ['Panel', 'Line', 'min', 'mean', 'max', 'last'],
      values.map((value) => [
        ...[plain(value.panel), plain(value.line), figure(value.min, value)],
        ...[figure(value.mean, value), figure(value.max, value), figure(value.last, value)],
      ]),
    ),
  ];
}

/** Alerts, deploys, flags and incidents that belong to it; of what is not on record any more the id. */
export function relatedLists({ postmortem: { record }, related, clock }: Writing): readonly Part[] {
  const lines = (title: string, ids: readonly string[], words: (id: string) => string | undefined): Part =>
    ids.length === 0
      ? undefined
      : `${title}:\n\n${ids.map((id) => `- ${words(id) ?? plain(id)}`).join('\n')}`;
  const find = <T extends { readonly id: string }>(all: readonly T[] | undefined, id: string) =>
    all?.find((one) => one.id === id);
  return [
    lines('Alerts', record.alerts, (id) => {
      const alert = find(related?.alerts, id);
      if (alert === undefined) return undefined;
      const place = alert.service === undefined ? '' : ` of ${plain(alert.service)}`;
      const { startedAt, resolvedAt } = alert;
      const fired =
        resolvedAt === undefined || resolvedAt < startedAt
          ? `firing from ${clock.moment(startedAt)}`
          : `firing ${clock.stretch({ from: startedAt, to: resolvedAt })}`;
      return `${link(alert.name, alert.externalUrl)}${place}, ${fired} (${plain(id)})`;
    }),
    lines('Deploys', record.deploys, (id) => {
      const deploy = find(related?.deploys, id);
      if (deploy === undefined) return undefined;
      const name = `${deploy.service ?? ''} ${deploy.version}`;
      return `${link(name, deploy.url)} to ${plain(deploy.environment)}, ${clock.moment(deploy.startedAt)} (${plain(id)})`;
    }),
    lines('Feature flags', record.rollouts, (id) => {
      const rollout = find(related?.rollouts, id);
      if (rollout === undefined) return undefined;
      const step = latestStep(rollout);
      const share = step?.share === undefined ? '' : ` at ${formatValue(step.share, 'ratio')}`;
      const when = step === undefined ? '' : `, ${clock.moment(step.at)}`;
      return `${link(rollout.flag, step?.url)} in ${plain(rollout.environment)}${share}${when} (${plain(id)})`;
    }),
    lines('Incidents', record.incidents, (id) => {
      const other = find(related?.incidents, id);
      return other === undefined ? undefined : `${plain(id)}: ${plain(other.title)}`;
    }),
  ];
}
