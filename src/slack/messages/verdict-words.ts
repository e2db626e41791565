import type { Measure } from '#domain/signal.ts';
import type { DeployVerdict, SignalVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { figureOf, nameOf } from './figures.ts';

/** How each verdict is shown; the word stands beside its emoji. */
export const VERDICT: Readonly<Record<Verdict, { emoji: string; word: string }>> = {
  degraded: { emoji: ':rotating_light:', word: 'degraded' },
  improved: { emoji: ':chart_with_upwards_trend:', word: 'improved' },
  steady: { emoji: ':white_check_mark:', word: 'steady' },
  inconclusive: { emoji: ':grey_question:', word: 'inconclusive' },
};

/** What tells most of a deploy, in this order where several signals say the same. */
const FIRST: readonly Measure[] = ['errorRatio', 'p99', 'p50', 'rate'];

/** The figure for which a verdict stands: `errors 0.1 → 2.5 %`. Nothing where nothing was measured. */
export function mainFigure({ verdict, signals }: DeployVerdict): string | undefined {
  const place = ({ measure }: SignalVerdict) => {
    const at = FIRST.indexOf(measure);
    return at < 0 ? FIRST.length : at;
  };
  const [main] = signals
    .filter((signal) => signal.effect !== undefined && signal.verdict === verdict)
    .toSorted((a, b) => place(a) - place(b));
  return main?.effect === undefined ? undefined : fromTo(main.measure, main.effect.before, main.effect.after);
}

/** Two values of one measure, the unit said once where both have it: `p99 310 → 823 ms`. */
export function fromTo(measure: Measure, before: number, after: number): string {
  const [from, to] = [figureOf(measure, before), figureOf(measure, after)];
  const unit = unitOf(to);
  const short = unit !== '' && unitOf(from) === unit ? from.slice(0, -unit.length) : from;
  return `${nameOf(measure)} ${short} → ${to}`;
}

function unitOf(figure: string): string {
  const space = figure.indexOf(' ');
  return space < 0 ? '' : figure.slice(space);
}
