import type { KnownBlock } from '@slack/types';
import type { BaselineMessage, DeployMessage, DeployReportMessage, SpentSince } from '#app/message.ts';
import { plainCount } from '#domain/budget/words.ts';
import type { Deploy, Watch } from '#domain/deploy.ts';
import { lengthOf } from '#domain/time.ts';
import { context, image, link, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { minutes, rateOf } from './budget.ts';
import { changesTable, figureOf, lengthWords, nameOf, problemNotes, readingLine } from './figures.ts';
import { verdictButtons } from './verdict-buttons.ts';

/** The root of a deploy's thread: what, where, by whom, and how far the watch is. It claims nothing about the outcome. */
export function deployMessage({ deploy, links }: DeployMessage): Rendered {
  const what = `*${plain(deploy.service ?? 'unknown service', 80)} ${plain(deploy.version, 80)}*`;
  const by = deploy.actor === undefined ? '' : ` by ${plain(deploy.actor, 60)}`;
  const back = deploy.rollback === true ? ' (rollback)' : '';
  const { emoji, words } = progress(deploy);
  const blocks: KnownBlock[] = [
    section(`${emoji} ${what}${back} to ${plain(deploy.environment, 60)}${by} · ${words}`),
  ];
  const latest = deploy.watch?.latest;
  if (latest !== undefined && deploy.watch?.looks !== 0) blocks.push(section(sinceThen(deploy)));
  const facts = [
    `started ${time(deploy.startedAt)}`,
    ...(deploy.previousVersion === undefined ? [] : [`before: ${plain(deploy.previousVersion, 60)}`]),
    ...(deploy.parts.length > 1
      ? [`${deploy.parts.length} parts: ${deploy.parts.map(({ name }) => plain(name, 30)).join(', ')}`]
      : []),
    ...(deploy.url === undefined ? [] : [link(deploy.url, 'deployment')]),
    ...(links.dashboard === undefined ? [] : [link(links.dashboard, 'dashboard')]),
  ];
  blocks.push(context(facts.join(' · ')));
  if (deploy.changes.length > 0) {
    const shown = deploy.changes
      .slice(0, 5)
      .map(
        ({ title, url, author }) =>
          `• ${link(url, title)}${author === undefined ? '' : ` (${plain(author, 40)})`}`,
      );
    const more = deploy.changes.length > 5 ? [`and ${deploy.changes.length - 5} more`] : [];
    blocks.push(section([...shown, ...more].join('\n')));
  }
  return rendered(
    `${plain(deploy.service ?? '', 80)} ${plain(deploy.version, 80)}${back} to ${plain(deploy.environment, 60)}: ${words}`,
    blocks,
  );
}

export function baselineMessage({ deploy, baseline }: BaselineMessage): Rendered {
  const length =
    deploy.watch === undefined
      ? ''
      : ` (${lengthWords(deploy.watch.baseline.to - deploy.watch.baseline.from)} before the rollout began)`;
  const words = `Baseline${length}: ${readingLine(baseline)}`;
  return rendered(words, [section(words), ...problemNotes(baseline.problems)]);
}

export function deployReportMessage(
  { deploy, rows, picture, spent, rollback, problems }: DeployReportMessage,
  file: string | undefined,
): Rendered {
  const title = `*${plain(deploy.service ?? '', 80)} ${plain(deploy.version, 80)}*: before and after`;
  return rendered(`${plain(deploy.version, 80)}: before and after`, [
    section(title),
    ...(picture !== undefined && file !== undefined ? [image(file, picture.alt)] : []),
    changesTable(rows),
    ...(spent === undefined || spent.length === 0 ? [] : [section(spentWords(spent))]),
    context('No verdict yet: this version compares, it does not judge.'),
    ...problemNotes(problems),
    ...verdictButtons(deploy, rollback),
  ]);
}

/** What each budget lost since the rollout began: `Budget spent since the deploy: 9 min of 43 (availability)`. */
function spentWords(spent: readonly SpentSince[]): string {
  const parts = spent.map(
    ({ slo, used, allowed, bad, total, rate }) =>
      `*${minutes(used)}* of ${minutes(allowed)}, burning ${rateOf(rate)} (${plain(slo, 60)}: ${plainCount(bad)} of ${plainCount(total)} bad)`,
  );
  return `Budget spent since the deploy: ${parts.join(' · ')}`;
}

function progress(deploy: Deploy): { emoji: string; words: string } {
  const { watch } = deploy;
  if (deploy.status === 'failed') return { emoji: ':x:', words: 'the rollout failed' };
  if (watch === undefined) return { emoji: ':package:', words: deploy.status };
  switch (watch.state) {
    case 'waiting':
      return { emoji: ':hourglass_flowing_sand:', words: 'rolling out' };
    case 'watching':
      return {
        emoji: ':hourglass_flowing_sand:',
        words: `watching, ${soFar(watch)} of ${lengthWords(lengthOf(watch.window))}`,
      };
    case 'done':
      return {
        emoji: ':checkered_flag:',
        words: `watched for ${lengthWords(lengthOf(watch.window))}, no verdict yet`,
      };
    case 'superseded':
      return {
        emoji: ':fast_forward:',
        words: `superseded by ${plain(watch.supersededBy ?? 'a newer deploy', 80)}`,
      };
    case 'cancelled':
      return { emoji: ':x:', words: 'the watch ended with the rollout' };
  }
}

/** How much of the watch is behind, by its looks. */
function soFar({ looks, looksPlanned, window }: Watch): string {
  return looks === 0 ? '0' : lengthWords((lengthOf(window) * looks) / looksPlanned);
}

/** The main figures before and since, plainly. */
function sinceThen(deploy: Deploy): string {
  const latest = deploy.watch?.latest;
  const parts = (['errorRatio', 'p99', 'rate'] as const).flatMap((measure) => {
    const before = latest?.before.values[measure];
    const after = latest?.after.values[measure];
    return before === undefined || after === undefined
      ? []
      : [`${nameOf(measure)} ${figureOf(measure, before)} → *${figureOf(measure, after)}*`];
  });
  return parts.length === 0 ? 'No data since the deploy.' : parts.join(' · ');
}
