import type { DeployCase } from './deploy-judge.ts';
import type { Change, WatchedSignal } from './deploy-signals.ts';
import type { SignalVerdict } from './deploy-verdict.ts';
import type { Observed } from './observed.ts';
import { isClearlyEarlier } from './onset.ts';
import { BEGAN_BEFORE, type Onset } from './verdict.ts';
import type { Place } from './watched.ts';

const MORE_TRAFFIC = 'There are more requests than before.';

/** Places whose likelihood is within this of the best may be it as well (95 %, as in `onset.ts`): then what is known of the rollout decides. */
const AS_LIKELY = 1.92;

/** A signal's verdict with the time at which it changed, taken back where that was before the rollout. */
export function attributed(
  signal: WatchedSignal,
  { times, step }: Observed,
  { moment, first, before, seen }: Place,
  { baseline, answersFrom }: DeployCase,
): SignalVerdict {
  const { onset: _, ...said } = signal.judge();
  // The judge counts its looks from the moment on; the rollout lies between.
  const judgement =
    said.decidedAt === undefined ? said : { ...said, decidedAt: said.decidedAt + (first - moment) * step };
  const { measure, floor } = signal;
  // More requests than before are neither better nor worse.
  if (measure === 'rate' && judgement.verdict === 'improved')
    return { ...judgement, measure, floor, verdict: 'inconclusive', reasons: [MORE_TRAFFIC] };
  const isChange = judgement.verdict === 'degraded' || judgement.verdict === 'improved';
  if (!isChange && !judgement.reasons.includes(BEGAN_BEFORE)) return { ...judgement, measure, floor };
  const from = Math.max(0, moment - before);
  const onsetOf = ({ point, into }: Change, isOurs: boolean): Onset => {
    // Where the rollout may as well be it, it is.
    const mark = moment - from;
    const isMark = isOurs && point.index !== mark && point.gain - point.gainAt(mark) < AS_LIKELY;
    const [index, part] = isMark ? [mark, 0] : [point.index, into];
    const at = isMark
      ? Math.max(baseline.to, times[from + index] ?? 0)
      : (times[from + index] ?? 0) + Math.round(part * step);
    return { at, plusMinus: Math.max(1, point.around) * step };
  };
  // By what was known when it was decided, so that it stays decided; what is only told at the end, by all.
  const isOpen = said.decidedAt === undefined || judgement.verdict !== 'degraded';
  const decided = isOpen ? seen : Math.round(((said.decidedAt ?? 0) - (times[moment] ?? 0)) / step);
  const found = signal.change(Math.min(seen, Math.max(1, decided)));
  if (found === undefined) return { ...judgement, measure, floor };
  if (!isChange) return { ...judgement, measure, floor, onset: onsetOf(found, false) };
  const shared = Math.ceil((baseline.to - answersFrom) / step);
  const onset = onsetOf(found, true);
  // The clock decides as well as the likelihood: what is said to have begun before cannot be said to be the deploy's.
  const isEarlier =
    isClearlyEarlier(found.point, moment - from - shared) || onset.at + onset.plusMinus < answersFrom;
  // The judge has seen to it that what is better now was bad until the rollout; when it had become bad is another matter.
  if (isEarlier && judgement.verdict === 'improved') return { ...judgement, measure, floor };
  if (isEarlier) {
    const { decidedAt: __, ...undecided } = judgement;
    const began = onsetOf(found, false);
    return { ...undecided, measure, floor, onset: began, verdict: 'inconclusive', reasons: [BEGAN_BEFORE] };
  }
  const later = signal.change(seen);
  const sharper = later === undefined ? onset : onsetOf(later, true);
  // More data tell better when it was; they do not take back what was decided.
  const isOurs = sharper.at + sharper.plusMinus >= answersFrom && sharper.plusMinus <= onset.plusMinus;
  return { ...judgement, measure, floor, onset: isOurs ? sharper : onset };
}
