import { hasCohorts, type Rollout, type RolloutStep } from '#domain/flag.ts';
import { shareWords } from '#domain/share-words.ts';
import { formatValue } from '#domain/units.ts';
import { bare, link, plain, time, webAddress } from '../blocks.ts';
import { measuredShare } from './cohort-words.ts';

/** What a phone shows of a message while it is locked, in characters. */
const FIRST_LINE = 60;

/** What a step did to whom: flag, share and service, short enough for what follows (`room` characters) to stand within the first line. */
export function stepNames(
  rollout: Rollout,
  step: Pick<RolloutStep, 'share' | 'watch'>,
  room: number,
): { readonly flag: string; readonly rest: string } {
  const share = sharePhrase(step);
  const [flag, service] = [bare(rollout.flag) || 'unnamed flag', bare(serviceOf(rollout) ?? '')];
  const joint = service === '' ? '' : ' on ';
  const free = FIRST_LINE - room - share.length - joint.length - 1;
  const isWhole = flag.length + service.length <= free;
  const forService = Math.min(service.length, Math.floor(free * 0.4));
  const cut = (name: string, length: number) => (isWhole ? plain(name) : plain(name, length));
  const where = service === '' ? '' : `${joint}${cut(service, Math.max(6, forService))}`;
  return { flag: cut(flag, Math.max(8, free - forService)), rest: ` ${share}${where}` };
}

/** The service of a rollout, or what the sender calls it. */
export function serviceOf({ service, hints }: Rollout): string | undefined {
  return service ?? hints.service ?? hints.application;
}

/** `at 10 %`; `changed (9.8 % of requests)` where only the requests tell. */
function sharePhrase({ share, watch }: Pick<RolloutStep, 'share' | 'watch'>): string {
  const measured =
    share === undefined && watch?.verdict !== undefined ? measuredShare(watch.verdict) : undefined;
  return measured === undefined
    ? shareWords(share)
    : `changed (${formatValue(measured, 'ratio')} of requests)`;
}

/** What is to be done about a step that did harm: `turn *new-checkout* back to 1 %`. */
export function backWords(rollout: Rollout, step: RolloutStep): string {
  const flag = `*${plain(rollout.flag, 80) || 'the flag'}*`;
  const { share } = step;
  if (share === undefined) return `turn ${flag} back`;
  const place = rollout.steps.indexOf(step);
  const earlier = rollout.steps.slice(0, place < 0 ? undefined : place);
  const good = earlier.findLast((one) => {
    const isBack = share === 0 ? (one.share ?? 0) > 0 : one.share !== undefined && one.share < share;
    return isBack && one.watch?.verdict?.word !== 'stop';
  });
  if (good?.share !== undefined && good.share > 0)
    return `turn ${flag} back to ${formatValue(good.share, 'ratio')}`;
  return share === 0 ? `turn ${flag} on again` : `turn ${flag} off`;
}

/** Why a step is recorded and nothing more. */
export function recordedWhy(rollout: Rollout, step: RolloutStep): string {
  const { service, flag, environment, steps } = rollout;
  if (service === undefined) return 'No configured service has it, so nothing is compared.';
  if (steps.some((other) => other.number < step.number && other.at > step.at))
    return 'It was heard of only after a later step, so nothing is compared.';
  if (hasCohorts(step))
    return `Nothing is compared: \`services.${plain(service, 80)}.flags\` does not name ${plain(flag, 80)}, ${plain(environment, 40)} is not watched, or it was heard of a day late.`;
  return step.share === 0
    ? 'Too few had it for that to be seen in the service as a whole, so nothing is compared.'
    : `Nothing is compared: ${plain(environment, 40)} is not watched, or it was heard of a day late.`;
}

/** When a step began, who made it, and the way to the flag: `since 14:00 by noor · flag`. */
export function sinceWords({ at, actor, source, url }: RolloutStep): string {
  const by =
    actor === undefined ? `, told by ${plain(source, 40) || 'its sender'}` : ` by ${plain(actor, 60)}`;
  const way = webAddress(url) === undefined ? '' : ` · ${link(url, 'flag')}`;
  return `since ${time(at, '{date_short_pretty} {time}')}${by}${way}`;
}
