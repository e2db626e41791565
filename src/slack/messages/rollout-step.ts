import type { Button, KnownBlock } from '@slack/types';
import type { RolloutStepMessage } from '#app/message.ts';
import { latestStep, type Rollout, type RolloutStep } from '#domain/flag.ts';
import { lengthOf } from '#domain/time.ts';
import {
  context,
  image,
  link,
  plain,
  type Rendered,
  rendered,
  section,
  time,
  webAddress,
} from '../blocks.ts';
import { cohortEvidence, cohortTable, mismatchSentence } from './cohort-words.ts';
import { mentionOf, queryWords } from './evidence.ts';
import { lengthWords, problemNotes } from './figures.ts';
import { backWords, recordedWhy, type Standing, standingOf, stepNames } from './rollout-words.ts';

/** What is said of one step of a rollout: the word first, and where it calls somebody what to do; then picture, figures, and why it is believed. */
export function rolloutStepMessage(message: RolloutStepMessage, file: string | undefined): Rendered {
  const { rollout, picture, problems } = message;
  const step = rollout.steps.find(({ number }) => number === message.step);
  if (step === undefined) {
    const words = `${plain(rollout.flag, 40) || 'A flag'}: this step is not known any more`;
    return rendered(words, [section(words), ...problemNotes(problems)]);
  }
  const standing = standingOf(rollout, step);
  const { emoji, verdict, words } = standing;
  const word = verdict?.word;
  const { flag, rest } = stepNames(rollout, step, (word ?? '').length + 2);
  const head = word === undefined ? `*${flag}*${rest}` : `*${word}*: *${flag}*${rest}`;
  const seen = verdict ?? step.watch?.verdict;
  const mismatch = mismatchSentence(seen?.sampleRatio);
  const queries = step.watch?.queries ?? [];
  const text = `${word === undefined ? '' : `${word}: `}${flag}${rest} · ${words}`;
  return rendered(text, [
    section([`${emoji} ${head} · ${words}`, ...askedOf(message, step, standing)].join('\n')),
    ...(picture !== undefined && file !== undefined ? [image(file, picture.alt)] : []),
    ...(seen === undefined || seen.signals.length === 0 ? [] : [cohortTable(seen)]),
    ...(mismatch === undefined ? [] : [section(mismatch)]),
    ...buttons(message, step),
    ...(verdict === undefined ? [] : [context(`*Why*\n${cohortEvidence(verdict).join('\n')}`)]),
    ...(verdict === undefined || queries.length === 0 ? [] : [context(queryWords(queries))]),
    context(factWords(rollout, step, standing).join('\n')),
    ...problemNotes(problems),
  ]);
}

/** Whom an alarm calls, and what for. */
function askedOf(
  { rollout, isAlarm, mention }: RolloutStepMessage,
  step: RolloutStep,
  { verdict }: Standing,
): readonly string[] {
  if (verdict?.word !== 'stop') return [];
  const what = backWords(rollout, step);
  return isAlarm === true && mention !== undefined
    ? [`${mentionOf(mention)}: please ${what}.`]
    : [`${what.charAt(0).toUpperCase()}${what.slice(1)}.`];
}

/** Where an alarm calls somebody, the way to the flag is a button. */
function buttons({ isAlarm }: RolloutStepMessage, step: RolloutStep): readonly KnownBlock[] {
  const url = webAddress(step.url);
  if (isAlarm !== true || url === undefined) return [];
  const open: Button = {
    ...{ type: 'button', text: { type: 'plain_text', text: 'Open flag' }, url, action_id: 'open:flag' },
    style: 'danger',
  };
  return [{ type: 'actions', elements: [open] }];
}

/** When, by whom, over what time, and whether it is still looked at. */
function factWords(rollout: Rollout, step: RolloutStep, { verdict }: Standing): readonly string[] {
  const { watch, actor, at, source, url } = step;
  const isLatest = latestStep(rollout) === step;
  const told = [
    `since ${time(at, '{date_short_pretty} {time}')}${actor === undefined ? '' : ` by ${plain(actor, 60)}`}`,
    link(url, plain(source, 40) || 'sender'),
    `in ${plain(rollout.environment, 60)}`,
  ];
  if (watch === undefined) return [told.join(' · '), recordedWhy(rollout, step, isLatest)];
  const { window, lookedAt, baseline, state } = watch;
  const compared =
    baseline === undefined
      ? 'with the flag against without it, at the same time'
      : `everybody, against the ${lengthWords(lengthOf(baseline))} before the step`;
  const over = lookedAt === undefined ? [] : [`${compared}, ${lengthWords(lookedAt - window.from)} so far`];
  const goesOn =
    state === 'watching' && verdict !== undefined
      ? ['It is still looked at, and this message is kept up to date.']
      : [];
  return [[...told, ...over].join(' · '), ...goesOn];
}
