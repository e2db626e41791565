import type { ActionsBlockElement, KnownBlock } from '@slack/types';
import type { AlertMessage, AlertSnapshotMessage } from '#app/message.ts';
import { firingAlerts } from '#domain/alert.ts';
import { lengthWords } from '#domain/length-words.ts';
import { formatNumber } from '#domain/units.ts';
import {
  bare,
  context,
  image,
  plain,
  type Rendered,
  rendered,
  section,
  time,
  webAddress,
} from '../blocks.ts';
import { budgetHeadline, budgetNote } from './budget.ts';
import { causesWords } from './causes.ts';
import { problemNotes, readingLine, who } from './figures.ts';
import { declareButton, declaredWords } from './incident-buttons.ts';
import { beganWords } from './onset.ts';
import { similarWords } from './similar.ts';

/** What fires, by how urgent it is; the word stands beside it. */
export const EMOJI = {
  page: ':red_circle:',
  ticket: ':large_yellow_circle:',
  info: ':large_blue_circle:',
} as const;

/** The root of an alert's thread: the first line is what a locked phone shows. */
export function alertMessage({ episode, links, owner, budget, onset }: AlertMessage): Rendered {
  const resolved = episode.resolvedAt;
  const name = plain(episode.name, 120) || 'unnamed alert';
  const service = plain(episode.service ?? episode.labels.service ?? '', 80) || 'no known service';
  const acknowledged = episode.acknowledged;
  const headline =
    resolved === undefined
      ? `${acknowledged === undefined ? ':red_circle:' : ':large_orange_circle:'} *${name}* firing · ${service} · ${episode.severity} · since ${time(episode.startedAt)}`
      : `:large_green_circle: *${name}* resolved after ${lengthWords(resolved - episode.startedAt)} · ${service}`;
  const { summary: short, message, description } = episode.annotations;
  const summary = [short, message, description].find((text) => text !== undefined && bare(text) !== '');
  const firing = firingAlerts(episode).length;
  const facts = [
    ...(episode.incident === undefined ? [] : [declaredWords(episode.incident)]),
    ...(acknowledged === undefined
      ? []
      : [
          `acknowledged by ${acknowledged.by.kind === 'machine' ? 'the program ' : ''}${who(acknowledged.by)} after ${lengthWords(acknowledged.at - episode.startedAt)}`,
        ]),
    ...(episode.silence === undefined
      ? []
      : [`silenced until ${time(episode.silence.until)} by ${who(episode.silence.by)}`]),
    ...(episode.flaps > 0 ? [`fired again ${episode.flaps === 1 ? 'once' : `${episode.flaps} times`}`] : []),
    ...(episode.reconciled === true ? ['Alertmanager has it no more; its word never came'] : []),
    ...(firing > 1 ? [`${firing} alerts`] : []),
    ...valuesRead(episode),
    ...(episode.truncated > 0 ? [`${episode.truncated} more that ${SENDER[episode.source]} left out`] : []),
    ...(budget === undefined ? [] : [budgetNote(budget)]),
    ...(onset === undefined ? [] : [beganWords(onset.began, onset.changes)]),
    ...(owner === undefined ? [] : [`owner ${plain(owner, 60)}`]),
  ];
  const blocks: KnownBlock[] = [
    // What was true while it fired is no longer so once it has resolved.
    section(
      summary === undefined || resolved !== undefined ? headline : `${headline}\n${plain(summary, 400)}`,
    ),
  ];
  if (facts.length > 0) blocks.push(context(facts.join(' · ')));
  if (episode.silenceProblem !== undefined)
    blocks.push(context(`:warning: Not silenced: ${plain(episode.silenceProblem)}`));
  if (resolved === undefined) blocks.push({ type: 'actions', elements: buttons(episode, links) });
  const state =
    resolved !== undefined
      ? `resolved after ${lengthWords(resolved - episode.startedAt)}`
      : acknowledged === undefined
        ? 'firing'
        : 'firing, acknowledged';
  const told = summary === undefined || resolved !== undefined ? [] : [plain(summary, 200)];
  const words = [`${name} ${state}`, service, ...told].join(' · ');
  return rendered(words, blocks);
}

/** The panels in an alert's thread, with what may be why. */
export function alertSnapshotMessage(message: AlertSnapshotMessage, file: string | undefined): Rendered {
  const { title, reading, picture, problems } = message;
  const blocks: KnownBlock[] = [];
  if (picture !== undefined && file !== undefined) blocks.push(image(file, picture.alt));
  blocks.push(section(`*${plain(title, 100)}*, last 5 min: ${readingLine(reading)}`));
  const budgets = (message.budgets ?? []).slice(0, 4).map(budgetHeadline);
  if (budgets.length > 0) blocks.push(section(budgets.join('\n')));
  blocks.push(section(causesWords(message)));
  const like = similarWords(message.similar ?? [], message.at);
  if (like !== undefined) blocks.push(section(like));
  blocks.push(...problemNotes(problems));
  return rendered(`Panels of ${plain(title, 100)}: ${readingLine(reading)}`, blocks);
}

function buttons(episode: AlertMessage['episode'], links: AlertMessage['links']): ActionsBlockElement[] {
  const matchers = Object.entries(episode.groupLabels).map(([name, value]) => `${name}="${value}"`);
  const shown = matchers.length > 0 ? bare(matchers.join(', '), 250) : 'all labels of the group';
  const pages = firingAlerts(episode).find((alert) => alert.pages !== undefined)?.pages ?? {};
  const button = (text: string, action: string): ActionsBlockElement => ({
    type: 'button',
    text: { type: 'plain_text', text },
    action_id: action,
    value: episode.id,
  });
  const to = (text: string, address: string | undefined): ActionsBlockElement[] => {
    const url = webAddress(address);
    return url === undefined
      ? []
      : [
          {
            type: 'button',
            text: { type: 'plain_text', text },
            url,
            action_id: `open:${text.toLowerCase()}`,
          },
        ];
  };
  return [
    ...(episode.acknowledged === undefined
      ? [{ ...button('Acknowledge', 'acknowledge'), style: 'primary' as const }]
      : []),
    ...(episode.incident === undefined ? [declareButton('alert', episode.id)] : []),
    ...(episode.source === 'alertmanager' && episode.silence === undefined
      ? [
          {
            ...button('Silence 1 h', 'silence'),
            confirm: {
              title: { type: 'plain_text' as const, text: 'Silence for one hour?' },
              text: {
                type: 'plain_text' as const,
                text: `Alertmanager will hold back everything with ${shown}.`,
              },
              confirm: { type: 'plain_text' as const, text: 'Silence' },
              deny: { type: 'plain_text' as const, text: 'Cancel' },
            },
          },
        ]
      : []),
    button('Refresh panels', 'refresh'),
    ...to('Runbook', links.runbook ?? episode.annotations.runbook_url ?? episode.annotations.runbook),
    ...to('Panel', pages.panel),
    ...to('Dashboard', pages.dashboard ?? links.dashboard),
    ...to('Silence', pages.silence),
  ] as ActionsBlockElement[];
}

/** Who sends alerts, by name. */
const SENDER = { alertmanager: 'Alertmanager', grafana: 'Grafana' } as const;

/** What the rule of an only alert read when it fired, where its sender tells. */
function valuesRead(episode: AlertMessage['episode']): readonly string[] {
  const [only, ...others] = firingAlerts(episode);
  const read = Object.entries(only?.values ?? {}).slice(0, 4);
  if (others.length > 0 || read.length === 0) return [];
  return [read.map(([name, value]) => `${plain(name, 30)} = ${formatNumber(value)}`).join(', ')];
}
