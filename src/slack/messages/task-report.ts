import type { KnownBlock } from '@slack/types';
import type { NamedCause, TaskReportMessage } from '#app/message.ts';
import { confidenceWords } from '#domain/agent-task/confidence.ts';
import type { Hypothesis, TaskReport } from '#domain/agent-task/report.ts';
import type { TriggerKind } from '#domain/incident/postmortem.ts';
import { bare, context, link, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { counted, who } from './figures.ts';
import { quoted, within } from './quoted.ts';
import { answersWords, hypothesisButtons } from './task-answers.ts';
import { evidenceLines } from './task-evidence.ts';

/** Hypotheses that are shown with their evidence and buttons; the others are named. */
const SHOWN = 3;
/** Room in Slack’s characters, so that three hypotheses with their evidence fit into one message whatever is in them. */
const ROOM = { summary: 900, statement: 400, other: 160, suggestion: 200, name: 60, address: 300 } as const;
/** Pieces of evidence that are shown: of the likeliest hypothesis, and of each other. */
const EVIDENCE = { first: 4, other: 2 } as const;
const SUGGESTIONS = 3;

/** What each kind of cause is called where a hypothesis names nothing that is known. */
const KINDS: Readonly<Record<TriggerKind, string>> = {
  deploy: 'a deploy',
  flag: 'a feature flag',
  configuration: 'the configuration',
  traffic: 'the traffic',
  dependency: 'a dependency',
  infrastructure: 'the infrastructure',
  certificate: 'a certificate',
  data: 'data',
  person: 'what somebody did',
  unknown: 'a cause that it cannot name',
};

/**
 * What an agent found: the likeliest cause first, then its own words as a quotation, each hypothesis with its evidence and the buttons with which people answer it. Nothing in it is ours but the
 * names of what is known here and the words around the quotations; what was cut is said.
 */
export function taskReportMessage(message: TaskReportMessage): Rendered {
  const { report, causes, corrects, title } = message;
  const { hypotheses, suggestions, summary } = report;
  const [first] = hypotheses;
  const agent = who(report.by);
  const found =
    first === undefined
      ? 'no cause found'
      : `${confidenceWords(first.confidence).word} *${linked(first, causes[0])}*${kindWords(first, causes[0])}, ${confidenceWords(first.confidence).share}`;
  const shown = hypotheses.slice(0, SHOWN).flatMap((one, i) => hypothesisBlocks(message, one, i));
  const others = hypotheses.slice(SHOWN).map((one, i) => otherLine(one, i + SHOWN, causes[i + SHOWN]));
  const next = suggestions
    .slice(0, SUGGESTIONS)
    .map((words) => `• ${within(ROOM.suggestion, (room) => plain(words, room))}`);
  return rendered(textOf(message), [
    section(
      [
        `:mag: *${agent}* reports · ${found}`,
        noteWords(report, corrects),
        ...(summary.trim() === '' ? [] : [quoted(summary, ROOM.summary)]),
      ].join('\n'),
    ),
    ...shown,
    ...listed([
      { title: 'Less likely', lines: others },
      { title: 'It suggests', lines: next },
    ]),
    context(
      [
        `${plain(message.task, 20)}: ${within(120, (room) => plain(title, room))}`,
        `reported ${time(report.at)}`,
        ...leftOut(report),
      ].join(' · '),
    ),
  ]);
}

/** Lists under their titles, in one block. */
function listed(
  lists: readonly { readonly title: string; readonly lines: readonly string[] }[],
): readonly KnownBlock[] {
  const told = lists.filter(({ lines }) => lines.length > 0);
  const parts = told.map(({ title, lines }) => `*${title}*\n${lines.join('\n')}`);
  return parts.length === 0 ? [] : [section(parts.join('\n'))];
}

/** That these are an agent's words, and which ones they replace. */
function noteWords({ by, answers }: TaskReport, corrects: TaskReportMessage['corrects']): string {
  const whose = by.kind === 'machine' ? 'An agent’s words' : 'One person’s words';
  const checked = answers.length === 0 ? '; nobody has said yet whether they are right' : '';
  if (corrects === undefined) return `_${whose}${checked}._`;
  const same = JSON.stringify(corrects.by) === JSON.stringify(by);
  const old = same ? 'its report' : `the report of ${who(corrects.by)}`;
  return `_${whose}${checked}._ *Corrected*: this takes the place of ${old} of ${time(corrects.at)}.`;
}

function hypothesisBlocks(
  message: TaskReportMessage,
  hypothesis: Hypothesis,
  place: number,
): readonly KnownBlock[] {
  const { report, causes, task } = message;
  const cause = causes[place];
  const { word, share } = confidenceWords(hypothesis.confidence);
  const found = cause?.found === undefined ? '' : ` · ${plain(cause.found, 80)}`;
  const head = `*${place + 1}. ${linked(hypothesis, cause)}*${kindWords(hypothesis, cause)} · ${word}, ${share}${found}`;
  const unknown = unknownWords(hypothesis, cause);
  const evidence = evidenceLines(hypothesis.evidence, place === 0 ? EVIDENCE.first : EVIDENCE.other, message);
  const answers = answersWords(report.answers.filter((one) => one.hypothesis === place));
  const below = [...evidence, ...(answers === undefined ? [] : [answers])];
  return [
    section([head, ...unknown, quoted(hypothesis.statement, ROOM.statement)].join('\n')),
    ...(below.length === 0 ? [] : [context(below.join('\n'))]),
    hypothesisButtons({ task, report: report.number, hypothesis: place }, nameOf(hypothesis, cause)),
  ];
}

function otherLine(hypothesis: Hypothesis, place: number, cause: NamedCause | undefined): string {
  const { word, share } = confidenceWords(hypothesis.confidence);
  const words = within(ROOM.other, (room) => plain(hypothesis.statement, room));
  return `${place + 1}. ${linked(hypothesis, cause)}${kindWords(hypothesis, cause)} · ${word}, ${share}: ${words}`;
}

/** What a hypothesis names, as the way to it where that is known. */
function linked(hypothesis: Hypothesis, cause: NamedCause | undefined): string {
  const { name, url } = cause ?? {};
  if (name === undefined) return KINDS[hypothesis.cause.kind];
  const address = url !== undefined && url.length > ROOM.address ? undefined : url;
  return within(ROOM.name + ROOM.address, (room) => link(address, bare(name, Math.min(room, ROOM.name))));
}

/** The same as plain words. */
function nameOf({ cause: { kind } }: Hypothesis, cause: NamedCause | undefined): string {
  return cause?.name === undefined ? KINDS[kind] : within(ROOM.name, (room) => plain(cause.name ?? '', room));
}

function kindWords({ cause: { kind } }: Hypothesis, cause: NamedCause | undefined): string {
  return cause?.name === undefined ? '' : ` (${kind})`;
}

/** A reference to what is not known here is shown as it was written, and that it is not known. */
function unknownWords(
  { cause: { reference } }: Hypothesis,
  cause: NamedCause | undefined,
): readonly string[] {
  if (reference === undefined || cause?.name !== undefined) return [];
  return [`It names “${within(100, (room) => plain(reference, room))}”, which I do not know.`];
}

/** What a notification says, and what is read aloud. */
function textOf({ report, causes, title, corrects }: TaskReportMessage): string {
  const [first] = report.hypotheses;
  const agent = `${who(report.by)}${report.by.kind === 'machine' ? ', an agent,' : ''}`;
  const verb = corrects === undefined ? 'reports' : 'corrects its report';
  const about = `on ${plain(title, 100)}`;
  if (first === undefined) return `${agent} ${verb} ${about}: no cause found`;
  const { word, share } = confidenceWords(first.confidence);
  const [cause] = causes;
  const kind = cause?.name === undefined ? '' : `the ${first.cause.kind} `;
  const more = report.hypotheses.length - 1;
  const others = more === 0 ? '' : `; and ${counted(more, 'other cause')}`;
  return `${agent} ${verb} ${about}: ${word} ${kind}${nameOf(first, cause)}, ${share}${others}`;
}

/** What does not stand here in full, and where it does. */
function leftOut({ summary, hypotheses, suggestions }: TaskReport): readonly string[] {
  const texts = [
    { text: summary, room: ROOM.summary },
    ...hypotheses.map(({ statement }, i) => ({
      text: statement,
      room: i < SHOWN ? ROOM.statement : ROOM.other,
    })),
    ...suggestions.map((text) => ({ text, room: ROOM.suggestion })),
  ];
  const isCut =
    texts.some(({ text, room }) => text.length > room) ||
    hypotheses.length > SHOWN ||
    suggestions.length > SUGGESTIONS;
  return isCut ? ['shortened here; the task holds the whole of it'] : [];
}
