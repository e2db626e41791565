import type { DeploysAnswer } from '#app/answer.ts';
import { answersOf } from '#domain/answers.ts';
import type { Deploy } from '#domain/deploy.ts';
import { lengthWords } from '#domain/length-words.ts';
import { context, link, packed, plain, type Rendered, rendered, time } from '../blocks.ts';
import { counted } from './figures.ts';
import { figuresOf, VERDICT_EMOJI } from './verdict.ts';

/** As many characters as all rows together may have as JSON, so that nothing is cut in the middle of a row. */
const ROOM = 9500;
/** A row that its address makes longer than this is shown without it. */
const LONGEST_ROW = 600;

/** With fewer answers than this a share says next to nothing. */
const FEW = 10;

/** Recent deploys, a row each, newest first, and how often verdicts were right by what people said. */
export function deploysBlocks(answer: DeploysAnswer): Rendered {
  const of = answer.service === undefined ? '' : ` of ${plain(answer.service, 80)}`;
  const title = `*Recent deploys${of}*`;
  const rows = answer.deploys.map(rowOf);
  let shown = rows.length;
  while (JSON.stringify(rows.slice(0, shown)).length > ROOM) shown -= 1;
  const older = rows.length - shown;
  return rendered(title, [
    ...packed([title, ...(rows.length === 0 ? ['None yet.'] : rows.slice(0, shown))]),
    ...(older === 0 ? [] : [context(`and ${counted(older, 'older one')} that did not fit`)]),
    context(precisionWords(answer)),
  ]);
}

/** `Verdicts said right: 40 of 41 (degraded: 3 of 4)`, with how many were answered at all. */
export function precisionWords({ judged: { verdicts, over, precision } }: DeploysAnswer): string {
  const { right, answered, degraded } = precision;
  const last = `of the last ${lengthWords(over)}`;
  if (verdicts === 0) return `No deploy ${last} has a verdict.`;
  if (answered === 0)
    return `Nobody has said whether ${verdicts === 1 ? 'the one verdict' : `one of the ${verdicts} verdicts`} ${last} was right; the buttons stand under each report.`;
  const alarms =
    degraded.answered === 0
      ? 'no degraded one answered'
      : `degraded: ${degraded.right} of ${degraded.answered}`;
  const few = answered < FEW ? ', too few to tell how good they are' : '';
  return `Verdicts said right: *${right} of ${answered}* (${alarms}) · ${answered} of ${counted(verdicts, 'verdict')} ${last} answered${few}`;
}

function rowOf(deploy: Deploy): string {
  const name = `${deploy.service ?? 'unknown'} ${deploy.version}`;
  const row = (what: string) =>
    [
      `${outcomeOf(deploy)}`,
      what,
      time(deploy.startedAt, '{date_short_pretty} {time}'),
      ...(deploy.actor === undefined ? [] : [`by ${plain(deploy.actor, 40)}`]),
      plain(deploy.environment, 40),
      ...(deploy.rollback === true ? ['rollback'] : []),
      ...(deploy.unannounced === true ? ['unannounced'] : []),
      ...saidOf(deploy),
    ].join(' · ');
  const linked = row(link(deploy.url, name));
  return linked.length <= LONGEST_ROW ? linked : row(plain(name, 160));
}

/** The verdict with the first of the figures that it stands on, or how far the deploy is. */
function outcomeOf({ watch, status }: Deploy): string {
  if (status === 'failed') return ':x: the rollout failed';
  const verdict = watch?.verdict;
  // What is not certain yet is not told before the end of its watch.
  if (verdict === undefined || (verdict.verdict !== 'degraded' && watch?.state !== 'done'))
    return stateOf(watch?.state, status);
  const [figure = ''] = figuresOf(verdict, watch ?? {}).split(', ');
  return `${VERDICT_EMOJI[verdict.verdict]} *${verdict.verdict}*${figure === '' ? '' : `, ${figure}`}`;
}

function stateOf(state: NonNullable<Deploy['watch']>['state'] | undefined, status: Deploy['status']): string {
  switch (state) {
    case 'watching':
      return ':hourglass_flowing_sand: watching';
    case 'waiting':
      return ':hourglass_flowing_sand: rolling out';
    case 'superseded':
      return ':fast_forward: superseded';
    case 'done':
      return ':grey_question: watched, and nothing could be judged';
    default:
      return `:package: ${status}`;
  }
}

function saidOf(deploy: Deploy): readonly string[] {
  const { answered, expected } = answersOf(deploy);
  return [
    ...(expected === undefined ? [] : ['expected']),
    ...(answered === undefined ? [] : [answered.right ? 'said right' : 'said wrong']),
  ];
}
