import type { FlagAnswer } from '#app/answer.ts';
import { hasCohorts, latestStep } from '#domain/flag.ts';
import { lengthWords } from '#domain/length-words.ts';
import { shareWords, wentWords } from '#domain/share-words.ts';
import { lengthOf } from '#domain/time.ts';
import { code, context, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { cohortEvidence } from './cohort-evidence.ts';
import { basisOf, cohortTable, mismatchSentence, WORD_EMOJI } from './cohort-words.ts';
import { problemNotes } from './figures.ts';

/** Those with a flag beside those without it: the word first, both sides, and why it is believed. */
export function flagBlocks(answer: FlagAnswer): Rendered {
  const { verdict, also, problems } = answer;
  const { word, signals, rates, sampleRatio } = verdict;
  const isSeen = signals.length > 0 || rates !== undefined;
  const why = cohortEvidence(verdict);
  const flag = plain(answer.flag, 80) || 'unnamed flag';
  const service = plain(answer.service, 80);
  const title = `${WORD_EMOJI[word]} *${flag}* on ${service}: *${word}* · ${basisOf(verdict)}`;
  const mismatch = mismatchSentence(sampleRatio);
  const others = also.slice(0, 5).map((one) => code(`/obs flag ${answer.flag} ${one}`, 200));
  return rendered(`${flag} on ${service}: ${word} · ${basisOf(verdict)}`, [
    section(title),
    ...(isSeen ? [cohortTable(verdict)] : [section('No requests of either side were seen in this time.')]),
    ...(mismatch === undefined ? [] : [section(mismatch)]),
    context([windowWords(answer), ...holdsNow(answer)].join(' · ')),
    ...(why.length === 0 ? [] : [context(`*Why*\n${why.join('\n')}`)]),
    ...(others.length === 0 ? [] : [context(`Other services have it too: ${others.join(' · ')}`)]),
    ...problemNotes(problems),
  ]);
}

/** Which time was compared, and what with what. */
function windowWords({ window, of, rollout, verdict }: FlagAnswer): string {
  const span = `${time(window.from, '{date_short_pretty} {time}')}–${time(window.to)}`;
  const sides =
    verdict.compared === 'cohorts' ? 'with the flag against without it' : 'everybody, against before';
  return `${of === undefined ? sinceStep(window, rollout) : plain(of, 60)} (${span}), ${sides}`;
}

/** The step of which the time is, where it is of one: the latest in which some had the flag and some had not. */
function sinceStep(window: FlagAnswer['window'], rollout: FlagAnswer['rollout']): string {
  const steps = rollout?.steps ?? [];
  const step = steps.findLast(hasCohorts);
  if (step === undefined) return `last ${lengthWords(lengthOf(window))}`;
  return step === steps.at(-1)
    ? `since it ${wentWords(step.share)}`
    : `while it was ${step.share === undefined ? 'on for some' : shareWords(step.share)}`;
}

/** Where the flag stands now. */
function holdsNow({ rollout }: FlagAnswer): readonly string[] {
  const step = rollout === undefined ? undefined : latestStep(rollout);
  if (step === undefined) return ['no change of it was heard'];
  const by = step.actor === undefined ? '' : ` by ${plain(step.actor, 60)}`;
  return [`${shareWords(step.share)} since ${time(step.at, '{date_short_pretty} {time}')}${by}`];
}
