import type { KnownBlock } from '@slack/types';
import type { CompareAnswer } from '#app/answer.ts';
import { clearestOf } from '#app/clearest.ts';
import { lengthWords } from '#domain/length-words.ts';
import { factsOf } from '#domain/signal.ts';
import { formatChange } from '#domain/units.ts';
import { beganTogether } from '#domain/verdict/began.ts';
import type { Confidence } from '#domain/verdict/compared.ts';
import { context, plain, type Rendered, rendered, section, table, time } from '../blocks.ts';
import { figureOf, nameOf, problemNotes } from './figures.ts';
import { beganWords } from './onset.ts';

type Row = CompareAnswer['rows'][number];

/** How sure a difference is, in words. */
const WORDS: Readonly<Record<Confidence['word'], string>> = {
  verySure: 'very sure',
  sure: 'sure',
  alike: 'no real change',
  cannotTell: 'can’t tell',
};

/** Two windows: the clearest difference first, then all signals with how sure each is, when what changed began, and on what evidence that is said. */
export function compareBlocks(answer: CompareAnswer): Rendered {
  const what = `*${plain(answer.service)}*: ${plain(answer.of, 100)} against ${plain(answer.against, 100)}`;
  const clearest = clearestWords(answer.rows);
  const title = clearest === undefined ? what : `${what} · ${clearest}`;
  const began = beganLines(answer);
  const missing = answer.rows.flatMap(missingWords);
  return rendered(title, [
    section(title),
    compareTable(answer.rows),
    ...(began.length === 0 ? [] : [section(began.join('\n'))]),
    ...(missing.length === 0 ? [] : [context(missing.join('\n'))]),
    ...evidence(answer),
    ...problemNotes(answer.problems),
  ]);
}

function compareTable(rows: readonly Row[]): KnownBlock {
  const isJudged = rows.some(({ confidence }) => confidence !== undefined);
  return table(
    ['signal', 'before', 'after', 'change', '', ...(isJudged ? ['how sure'] : [])],
    rows.map(({ measure, before, after, confidence }) => {
      const change =
        before === undefined || after === undefined
          ? undefined
          : formatChange(before, after, factsOf(measure).unit);
      const sure = confidence === undefined ? '–' : WORDS[confidence.word];
      return [
        ...[nameOf(measure), figureOf(measure, before), figureOf(measure, after)],
        ...[change?.absolute ?? '–', change?.relative ?? '–', ...(isJudged ? [sure] : [])],
      ];
    }),
  );
}

/** The surest difference in a few words, or that there is none; nothing where nothing was judged. */
function clearestWords(rows: readonly Row[]): string | undefined {
  const clearest = clearestOf(rows);
  if (clearest === 'alike') return 'no real change';
  if (clearest === 'unsure') return 'no difference that is sure';
  if (clearest?.confidence === undefined) return undefined;
  const { measure, before, after, confidence } = clearest;
  return `${nameOf(measure)} ${figureOf(measure, before)} → ${figureOf(measure, after)}, ${WORDS[confidence.word]}`;
}

/** A sentence for each moment at which signals changed; those that changed together share it. */
function beganLines({ began, changes }: CompareAnswer): readonly string[] {
  return beganTogether(began).map(({ onset, measures }) => {
    const names = measures.map(nameOf).join(', ');
    return `*${names}* ${onset.higher ? 'higher' : 'lower'}: ${beganWords(onset, changes)}`;
  });
}

/** What is missing until it can be told whether a signal differs. */
function missingWords({ measure, confidence }: Row): readonly string[] {
  if (confidence?.word !== 'cannotTell') return [];
  const { needs } = confidence;
  const long = needs === undefined ? '' : lengthWords(needs.takes);
  if (needs === undefined)
    return [`*${nameOf(measure)}*: can’t tell; what difference there may be is too small to be found soon`];
  return needs.what === 'requests'
    ? [
        `*${nameOf(measure)}*: can’t tell: about ${rounded(needs.more)} more requests needed (${long} at this traffic)`,
      ]
    : [`*${nameOf(measure)}*: can’t tell: about ${long} more needed`];
}

/** Two figures are all that such an estimate is worth. */
function rounded(count: number): string {
  return Number(Math.max(1, count).toPrecision(2)).toLocaleString('en-GB');
}

function evidence({ rows, before, after }: CompareAnswer): readonly KnownBlock[] {
  const said = rows.flatMap(({ measure, confidence }) =>
    confidence === undefined
      ? []
      : [
          `${nameOf(measure)} ${pWords(confidence.p)} (${plain(confidence.test, 120)}, n = ${confidence.n.toLocaleString('en-GB')})`,
        ],
  );
  const span = (from: number, to: number) => `${time(from, '{date_short_pretty} {time}')}–${time(to)}`;
  const windows = `${span(after.from, after.to)} against ${span(before.from, before.to)}`;
  return [context([windows, ...said].join(' · '))];
}

function pWords(p: number): string {
  if (!(p >= 0 && p <= 1)) return 'p unknown';
  return p < 0.0001 ? 'p &lt; 0.0001' : `p = ${Number(p.toPrecision(2))}`;
}
