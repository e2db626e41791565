import type { KnownBlock } from '@slack/types';
import type { DigestAnswer, DigestEntry } from '#app/digest-answers.ts';
import type { DigestMessage } from '#app/message.ts';
import { type DigestState, servicesIn } from '#domain/digest/fleet.ts';
import { context, image, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { entryBlock, restTable } from './digest-budgets.ts';
import { deliveryBlocks } from './digest-delivery.ts';
import { counted, problemNotes } from './figures.ts';

/** As many characters as all blocks of a digest may have as JSON; what is left of Slack’s room is for who asked and what went wrong. */
const ROOM = 11_000;

/** Budgets that are told in full, of others in a table, and names in the first lines. */
const ENTRIES = 14;
const ROWS = 24;
const NAMES = 6;

const STATES: readonly (readonly [DigestState, string, string])[] = [
  ['over', ':red_circle:', 'over budget'],
  ['burning', ':fire:', 'burning fast'],
  ['atRisk', ':large_yellow_circle:', 'at risk'],
  ['well', ':large_green_circle:', 'well'],
  ['quiet', ':white_circle:', 'too quiet to judge'],
  ['noData', ':white_circle:', 'without data'],
];

/** Those that are named beside their number: somebody has to do something about them. */
const NAMED: ReadonlySet<DigestState> = new Set(['over', 'burning', 'atRisk']);

/** A digest as it came round, in its channel. */
export function digestMessage(
  { digest, answer, late, picture, problems }: DigestMessage,
  file: string | undefined,
): Rendered {
  const shown = picture !== undefined && file !== undefined ? [image(file, picture.alt)] : [];
  const { text, blocks } = digestBlocks(answer, { calls: true, pictures: shown });
  const isLate =
    late === undefined
      ? []
      : [context(`This was due ${time(late, '{date_short_pretty} {time}')} and goes out late.`)];
  const [first, ...rest] = blocks;
  return rendered(text, [
    ...(first === undefined ? [] : [first]),
    ...isLate,
    ...rest,
    ...problemNotes(problems),
    context(`Digest ${plain(digest, 100)} · \`/obs digest\` tells it as it is now`),
  ]);
}

/**
 * A digest as blocks: who needs help first, before any picture; `calls`: the owners of what is over are called. What does not fit is counted, and what is told of deploys,
 * incidents and actions always fits.
 */
export function digestBlocks(
  answer: DigestAnswer,
  { calls = false, pictures = [] }: { calls?: boolean; pictures?: readonly KnownBlock[] } = {},
): Rendered {
  const title = titleOf(answer);
  const states = stateLines(answer);
  const head = section([title, coverageOf(answer), ...states].join('\n'));
  const tail = deliveryBlocks(answer);
  const room = ROOM - sizeOf([head, ...pictures, ...tail]);
  const entries = fitting(
    answer.entries.slice(0, ENTRIES).map((entry) => entryBlock(entry, calls)),
    room,
  );
  const unsaid = answer.entries.slice(entries.length);
  const more =
    unsaid.length === 0
      ? []
      : [
          context(
            `and ${counted(unsaid.length, 'more budget')} that need somebody: ${namesOf(unsaid, 3 * NAMES)}`,
          ),
        ];
  const rest = restBlocks(answer, room - sizeOf([...entries, ...more]));
  return rendered(textOf(answer), [head, ...pictures, ...entries, ...more, ...rest, ...tail]);
}

function titleOf({ owner, week, at }: DigestAnswer): string {
  const whose = owner === undefined ? '' : ` of ${plain(owner, 60)}`;
  return `*Reliability${whose}, ${week.name}* · as of ${time(at, '{date_short_pretty} {time}')}`;
}

function coverageOf({ coverage: { services, withSlo, noData } }: DigestAnswer): string {
  const without = noData === 0 ? '' : `, ${noData} without data`;
  return `${withSlo} of ${counted(services, 'service')} have SLOs${without}`;
}

/** `:red_circle: 2 over budget: *checkout*, *cart*`, a line a state; those that are well in the last one. */
function stateLines(answer: DigestAnswer): readonly string[] {
  if (answer.coverage.withSlo === 0)
    return ['Nothing can be said of budgets: add `slos` to a service in bellbuoy.yaml.'];
  const worded = STATES.filter(([state]) => answer.counts[state] > 0).map(([state, emoji, words]) => ({
    ...{ state, words: `${emoji} ${answer.counts[state]} ${words}` },
  }));
  const named = worded
    .filter(({ state }) => NAMED.has(state))
    .map(({ state, words }) => `${words}: ${namedIn(state, answer)}`);
  const others = worded.filter(({ state }) => !NAMED.has(state)).map(({ words }) => words);
  return [...named, ...(others.length === 0 ? [] : [others.join(' · ')])];
}

/** `*checkout*, *cart* and 3 more`. */
function namedIn(state: DigestState, { entries, counts }: DigestAnswer): string {
  const shown = servicesIn(state, entries)
    .slice(0, NAMES)
    .map((name) => `*${plain(name, 60)}*`);
  const hidden = counts[state] - shown.length;
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}

/** For the notification on a locked phone: what needs somebody, by name. */
function textOf(answer: DigestAnswer): string {
  const { owner, week, counts } = answer;
  const states = STATES.filter(([state]) => counts[state] > 0).map(([state, , words]) => {
    const names = NAMED.has(state) ? ` (${namedIn(state, answer).replaceAll('*', '')})` : '';
    return `${counts[state]} ${words}${names}`;
  });
  const whose = owner === undefined ? '' : ` of ${plain(owner, 60)}`;
  return `Reliability${whose}, ${week.name}: ${states.length === 0 ? 'no SLOs yet' : states.join(', ')}`;
}

/** Budgets in a table as far as there is room, and how many more there are in which state. */
function restBlocks({ rest, omitted }: DigestAnswer, room: number): readonly KnownBlock[] {
  let shown = Math.min(ROWS, rest.length);
  while (shown > 0 && sizeOf([restTable(rest.slice(0, shown))]) > room - NOTE) shown -= 1;
  const hidden = rest.length + omitted - shown;
  return [
    ...(shown === 0 ? [] : [restTable(rest.slice(0, shown))]),
    ...(hidden === 0 ? [] : [context(`and ${counted(hidden, 'more budget')}; \`/obs budget\` lists them`)]),
  ];
}

/** Room for a line that says what is not shown. */
const NOTE = 200;

/** As many of these as have room, from the first one on. */
function fitting(blocks: readonly KnownBlock[], room: number): readonly KnownBlock[] {
  let shown = blocks.length;
  while (shown > 0 && sizeOf(blocks.slice(0, shown)) > room - NOTE) shown -= 1;
  return blocks.slice(0, shown);
}

function sizeOf(blocks: readonly KnownBlock[]): number {
  return blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
}

function namesOf(entries: readonly DigestEntry[], most: number): string {
  const names = [...new Set(entries.map(({ service }) => service))];
  const shown = names.slice(0, most).map((name) => plain(name, 60));
  return `${shown.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
}
