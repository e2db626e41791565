import type { KnownBlock } from '@slack/types';
import type { BaselineMessage, DeployMessage, DeployReportMessage, SpentSince } from '#app/message.ts';
import { plainCount } from '#domain/budget/words.ts';
import { type Deploy, isOpen, type Watch } from '#domain/deploy.ts';
import { lengthWords } from '#domain/length-words.ts';
import { BEGAN_BEFORE } from '#domain/verdict/verdict.ts';
import { context, image, link, plain, type Rendered, rendered, section, table, time } from '../blocks.ts';
import { minutes, rateOf } from './budget.ts';
import { mentionOf, queryWords, reasonOf } from './evidence.ts';
import { figureOf, nameOf, problemNotes, readingLine } from './figures.ts';
import {
  basisWords,
  evidenceLines,
  figuresOf,
  isTold,
  partWords,
  soFarWords,
  VERDICT_EMOJI,
  verdictRow,
} from './verdict.ts';
import { answerWords, verdictButtons } from './verdict-buttons.ts';

/** The root of a deploy's thread: what, where, by whom; while it is watched how far that is, then the verdict. */
export function deployMessage({ deploy, links }: DeployMessage): Rendered {
  const name = headName(deploy);
  const by = deploy.actor === undefined ? '' : ` by ${plain(deploy.actor, 60)}`;
  const back = `${deploy.rollback === true ? ' (rollback)' : ''}${deploy.unannounced === true ? ' (unannounced: seen in the metrics)' : ''}`;
  const where = `${back} to ${plain(deploy.environment, 60)}${by}`;
  const { emoji, words, verdict } = progress(deploy);
  const head = verdict === undefined ? `*${name}*${where}` : `*${name}: ${verdict}*${back}`;
  const blocks: KnownBlock[] = [section([`${emoji} ${head}`, ...words].join(' · '))];
  const latest = deploy.watch?.latest;
  if (latest !== undefined && deploy.watch?.looks !== 0 && verdict === undefined)
    blocks.push(section(sinceThen(deploy)));
  const facts = [
    ...(verdict === undefined ? [] : [`to ${plain(deploy.environment, 60)}${by}`]),
    `started ${time(deploy.startedAt)}`,
    ...(isCut(deploy) ? [`${plain(deploy.service ?? '', 100)} ${plain(deploy.version, 100)}`] : []),
    ...(deploy.previousVersion === undefined ? [] : [`before: ${plain(deploy.previousVersion, 60)}`]),
    ...partWords(deploy),
    ...(deploy.url === undefined ? [] : [link(deploy.url, 'deployment')]),
    ...(links.dashboard === undefined ? [] : [link(links.dashboard, 'dashboard')]),
  ];
  blocks.push(context(facts.join(' · ')));
  const answer = verdict === undefined ? undefined : answerWords(deploy);
  if (answer !== undefined) blocks.push(context(answer));
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
  const text = [`${name}${verdict === undefined ? where : `: ${verdict}`}`, ...words];
  return rendered(text.join(' · '), blocks);
}

export function baselineMessage({ deploy, baseline }: BaselineMessage): Rendered {
  const length =
    deploy.watch === undefined
      ? ''
      : ` (${lengthWords(deploy.watch.baseline.to - deploy.watch.baseline.from)} before the rollout began)`;
  const words = `Baseline${length}: ${readingLine(baseline)}`;
  return rendered(words, [section(words), ...problemNotes(baseline.problems)]);
}

/** What the watch found: the verdict first, then picture, figures, what it cost, and why it is believed. */
export function deployReportMessage(
  { deploy, mention, rows, picture, spent, queries, rollback, problems }: DeployReportMessage,
  file: string | undefined,
): Rendered {
  const { watch } = deploy;
  const verdict = watch?.verdict;
  const name = headName(deploy);
  if (watch === undefined || verdict === undefined) {
    const [emoji, why] =
      deploy.status === 'failed'
        ? [':x:', 'the rollout failed, and was not judged']
        : [':grey_question:', 'nothing could be judged'];
    return rendered(`${name}: ${why}`, [section(`${emoji} *${name}: ${why}*`), ...problemNotes(problems)]);
  }
  const basis = basisWords(verdict, deploy);
  const said = [figuresOf(verdict, watch), basis].filter((words) => words !== '');
  const title = [`${VERDICT_EMOJI[verdict.verdict]} *${name}: ${verdict.verdict}*`, ...said].join(' · ');
  const more = isOpen(watch)
    ? ['The watch goes on; this message is kept up to date.']
    : watch.state === 'superseded'
      ? [`The watch ended there: ${supersededWords(watch)}.`]
      : [];
  const told =
    verdict.verdict === 'degraded' && mention !== undefined
      ? [`${mentionOf(mention)}: please have a look.`]
      : [];
  const why = [
    ...evidenceLines(verdict),
    ...verdict.reasons
      .filter((reason) => reason !== BEGAN_BEFORE)
      .map(reasonOf)
      .filter((reason) => !basis.includes(reason)),
  ];
  return rendered(`${name}: ${verdict.verdict}${said.length === 0 ? '' : ` · ${said.join(' · ')}`}`, [
    section([title, ...told].join('\n')),
    ...(picture !== undefined && file !== undefined ? [image(file, picture.alt)] : []),
    table(
      ['signal', 'before', 'after', 'change', ''],
      rows.map(({ measure, before, after }) => verdictRow(measure, before, after, verdict)),
    ),
    ...(spent === undefined || spent.length === 0 ? [] : [section(spentWords(spent))]),
    ...verdictButtons(deploy, rollback),
    ...(why.length === 0 ? [] : [context(`*Why*\n${why.join('\n')}`)]),
    ...(queries.length === 0 ? [] : [context(queryWords(queries))]),
    ...(more.length === 0 ? [] : [context(more.join(' '))]),
    ...problemNotes(problems),
  ]);
}

/** Service and version, short enough for the verdict to stand within the first 60 characters. */
function headName(deploy: Deploy): string {
  const { service = 'unknown service', version } = deploy;
  return isCut(deploy)
    ? `${plain(service, 24)} ${plain(version, 20)}`
    : `${plain(service)} ${plain(version)}`;
}

function isCut({ service = 'unknown service', version }: Deploy): boolean {
  return service.length + version.length > 44;
}

/** What each budget lost since the rollout began: `Budget spent since the deploy: 9 min of 43 (availability)`. */
function spentWords(spent: readonly SpentSince[]): string {
  const parts = spent.map(
    ({ slo, used, allowed, bad, total, rate }) =>
      `*${minutes(used)}* of ${minutes(allowed)}, burning ${rateOf(rate)} (${plain(slo, 60)}: ${plainCount(bad)} of ${plainCount(total)} bad)`,
  );
  return `Budget spent since the deploy: ${parts.join(' · ')}`;
}

function progress(deploy: Deploy): {
  readonly emoji: string;
  readonly words: readonly string[];
  readonly verdict?: string;
} {
  const { watch } = deploy;
  const isFailed = deploy.status === 'failed';
  if (isFailed && watch?.verdict?.verdict !== 'degraded')
    return { emoji: ':x:', words: ['the rollout failed'] };
  if (watch === undefined) return { emoji: ':package:', words: [deploy.status] };
  const after = [
    ...(isFailed ? ['the rollout failed'] : []),
    ...(watch.state === 'superseded' ? [supersededWords(watch)] : []),
  ];
  if (isTold(watch) && (watch.state !== 'superseded' || watch.verdict.verdict === 'degraded')) {
    const { verdict } = watch.verdict;
    const words = [figuresOf(watch.verdict, watch), basisWords(watch.verdict, deploy), ...after];
    return { emoji: VERDICT_EMOJI[verdict], verdict, words: words.filter((one) => one !== '') };
  }
  switch (watch.state) {
    case 'waiting':
      return { emoji: ':hourglass_flowing_sand:', words: ['rolling out'] };
    case 'watching':
      return { emoji: ':hourglass_flowing_sand:', words: [soFarWords(watch)] };
    case 'done':
      return { emoji: ':grey_question:', words: ['watched, and nothing could be judged'] };
    case 'superseded':
      return { emoji: ':fast_forward:', words: after };
    case 'cancelled':
      return { emoji: ':x:', words: ['the watch ended with the rollout'] };
  }
}

function supersededWords({ supersededBy }: Watch): string {
  return `superseded by ${plain(supersededBy ?? 'a newer deploy', 80)}`;
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
