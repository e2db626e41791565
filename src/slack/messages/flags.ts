import type { KnownBlock } from '@slack/types';
import type { FlagsAnswer } from '#app/answer.ts';
import { latestStep, type Rollout } from '#domain/flag.ts';
import { shareWords } from '#domain/share-words.ts';
import { context, packed, plain, type Rendered, rendered, time } from '../blocks.ts';
import { counted } from './figures.ts';
import { noFlags } from './no-flags.ts';
import { serviceOf } from './rollout-words.ts';
import { stepState } from './step-state.ts';

/** Rows beyond this are counted: more is no overview. */
const MOST_ROWS = 25;
/** All rows together, as JSON. */
const ROOM = 9000;

/** Rollouts, a line each, the one that changed last first; then the flags of which no change was heard. */
export function flagsBlocks({ service, rollouts, silent }: FlagsAnswer): Rendered {
  const of = service === undefined ? '' : ` of ${plain(service, 80)}`;
  const title = `*Flags${of}*`;
  if (rollouts.length === 0 && silent.length === 0) return noFlags(of, service);
  const rows = rollouts.slice(0, MOST_ROWS).map(rowOf);
  let shown = rows.length;
  while (JSON.stringify(rows.slice(0, shown)).length > ROOM) shown -= 1;
  const left = rollouts.length - shown;
  return rendered(title, [
    ...packed([title, ...rows.slice(0, shown)]),
    ...(left === 0 ? [] : [context(`and ${counted(left, 'more rollout')}`)]),
    ...silentBlocks(silent),
  ]);
}

function rowOf(rollout: Rollout): string {
  const step = latestStep(rollout);
  const name = `*${plain(rollout.flag, 60) || 'unnamed flag'}*`;
  const service = plain(serviceOf(rollout) ?? '', 60) || 'no known service';
  if (step === undefined) return `:control_knobs: ${name} · ${service}`;
  const { emoji, verdict, words } = stepState(rollout, step);
  return [
    `${emoji} ${name} ${shareWords(step.share)} · ${service}`,
    verdict === undefined ? words : `*${verdict.word}*, ${words}`,
    `since ${time(step.at, '{date_short_pretty} {time}')}${step.actor === undefined ? '' : ` by ${plain(step.actor, 40)}`}`,
    ...(rollout.environment === '' ? [] : [plain(rollout.environment, 40)]),
  ].join(' · ');
}

function silentBlocks(silent: FlagsAnswer['silent']): readonly KnownBlock[] {
  if (silent.length === 0) return [];
  const names = silent
    .slice(0, MOST_ROWS)
    .map(({ service, flag }) => `*${plain(flag, 60)}* of ${plain(service, 60)}`);
  const left = silent.length - names.length;
  const more = left === 0 ? '' : ` · and ${left} more`;
  return [
    context(`Configured, no change heard yet: ${names.join(' · ')}${more}`),
    context(
      'Let whatever changes a flag tell `/webhooks/flags`. Until then `/obs flag NAME` compares both sides all the same.',
    ),
  ];
}
