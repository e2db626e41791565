import type { Button, KnownBlock } from '@slack/types';
import type { RolloutStepMessage } from '#app/message.ts';
import { type Rollout, type RolloutStep, standingStop } from '#domain/flag.ts';
import { lengthWords } from '#domain/length-words.ts';
import { wentWords } from '#domain/share-words.ts';
import { lengthOf } from '#domain/time.ts';
import { context, image, plain, type Rendered, rendered, section, webAddress } from '../blocks.ts';
import { cohortEvidence } from './cohort-evidence.ts';
import { cohortTable, mismatchSentence } from './cohort-words.ts';
import { mentionOf, queryWords } from './evidence.ts';
import { problemNotes } from './figures.ts';
import { declareButton, declaredWords } from './incident-buttons.ts';
import { backWords, recordedWhy, sinceWords, stepNames } from './rollout-words.ts';
import { nextStep, type StepState, stepState } from './step-state.ts';

/** What is said of one step of a rollout: the word first, and where it calls somebody what to do; then picture, figures, and why it is believed. */
export function rolloutStepMessage(message: RolloutStepMessage, file: string | undefined): Rendered {
  const { rollout, picture, problems } = message;
  const step = rollout.steps.find(({ number }) => number === message.step);
  if (step === undefined) {
    const words = `${plain(rollout.flag, 40) || 'A flag'}: this step is not known any more`;
    return rendered(words, [section(words), ...problemNotes(problems)]);
  }
  const standing = stepState(rollout, step);
  const { emoji, verdict, words } = standing;
  const word = verdict?.word;
  const { flag, rest } = stepNames(rollout, step, (word ?? '').length + 2);
  const head = word === undefined ? `*${flag}*${rest}` : `*${word}*: *${flag}*${rest}`;
  const seen = verdict ?? step.watch?.verdict;
  const mismatch = mismatchSentence(seen?.sampleRatio);
  const queries = step.watch?.queries ?? [];
  // The evidence for a stop stands under the message that calls somebody, right below.
  const isProved = verdict !== undefined && (word !== 'stop' || message.isAlarm === true);
  const why = isProved ? cohortEvidence(verdict) : [];
  const text = `${word === undefined ? '' : `${word}: `}${flag}${rest} · ${words}`;
  return rendered(text, [
    section([`${emoji} ${head} · ${words}`, ...askedOf(message, step, standing)].join('\n')),
    ...(picture !== undefined && file !== undefined ? [image(file, picture.alt)] : []),
    ...(seen === undefined || seen.signals.length === 0 ? [] : [cohortTable(seen)]),
    ...(mismatch === undefined ? [] : [section(mismatch)]),
    ...buttons(message, step, word === 'stop'),
    ...(isProved && why.length > 0 ? [context(`*Why*\n${why.join('\n')}`)] : []),
    ...(isProved && queries.length > 0 ? [context(queryWords(queries))] : []),
    context(factWords(rollout, step, standing).join('\n')),
    ...problemNotes(problems),
  ]);
}

/** Whom an alarm calls, and what for; once the flag was changed, that. */
function askedOf(
  { rollout, isAlarm, mention }: RolloutStepMessage,
  step: RolloutStep,
  { verdict }: StepState,
): readonly string[] {
  if (verdict?.word !== 'stop') return [];
  const next = nextStep(rollout, step);
  const then = next === undefined ? [] : [`${upper(thenWords(step, next))}.`];
  // To give it to more people takes nothing back: then it is asked for all the more.
  if (next !== undefined && standingStop(rollout)?.number !== step.number) return then;
  const what = backWords(rollout, step);
  return isAlarm === true && mention !== undefined
    ? [`${mentionOf(mention)}: please ${what}.`, ...then]
    : [`${upper(what)}.`, ...then];
}

/** What became of the flag after a step: `it went to 1 % after 4 min, by noor`. */
function thenWords({ at }: RolloutStep, next: RolloutStep): string {
  const by = next.actor === undefined ? '' : `, by ${plain(next.actor, 60)}`;
  return `it ${wentWords(next.share)} after ${lengthWords(next.at - at)}${by}`;
}

function upper(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Where an alarm calls somebody, the way to the flag is a button, and so is the incident that it may be. */
function buttons(
  { isAlarm, rollout }: RolloutStepMessage,
  step: RolloutStep,
  isStopped: boolean,
): readonly KnownBlock[] {
  if (isAlarm !== true) return [];
  const url = webAddress(step.url);
  const { id, incident } = rollout;
  const elements: readonly Button[] = [
    ...(url === undefined
      ? []
      : [
          {
            ...{ type: 'button' as const, text: { type: 'plain_text' as const, text: 'Open flag' } },
            ...{ url, action_id: 'open:flag', style: 'danger' as const },
          },
        ]),
    ...(isStopped && incident === undefined ? [declareButton('rollout', id)] : []),
  ];
  return [
    ...(incident === undefined ? [] : [context(declaredWords(incident))]),
    ...(elements.length === 0 ? [] : [{ type: 'actions' as const, elements: [...elements] }]),
  ];
}

/** When, by whom, over what time, and whether it is still looked at. */
function factWords(rollout: Rollout, step: RolloutStep, { verdict }: StepState): readonly string[] {
  const { watch } = step;
  const told = [sinceWords(step), `in ${plain(rollout.environment, 60)}`];
  if (watch === undefined) return [told.join(' · '), recordedWhy(rollout, step)];
  const { window, lookedAt, baseline, state } = watch;
  const sides =
    baseline === undefined
      ? 'with the flag against without it at the same time'
      : `everybody against the ${lengthWords(lengthOf(baseline))} before the step`;
  const over = lookedAt === undefined ? [] : [`${sides}, over ${lengthWords(lookedAt - window.from)}`];
  const facts = [...told, ...over].join(' · ');
  const next = nextStep(rollout, step);
  if (verdict === undefined || (verdict.word === 'stop' && next !== undefined)) return [facts];
  if (next !== undefined) return [facts, `${upper(thenWords(step, next))}.`];
  return state === 'watching'
    ? [facts, 'It is still looked at; the first message of this thread says what is found.']
    : [facts];
}
