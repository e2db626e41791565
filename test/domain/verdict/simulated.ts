import { alphaOf } from '#domain/verdict/deploy-signals.ts';
import { createRatioJudge } from '#domain/verdict/ratio.ts';
import { RATIO_FLOOR, type Ratio, type RatioRules } from '#domain/verdict/ratio-moment.ts';
import { DEPLOY_ALARMS } from '#domain/verdict/spending.ts';
import { BEGAN_BEFORE, type Verdict } from '#domain/verdict/verdict.ts';
import { seeded } from '../../telemetry/counters.ts';
import { countsOf, scattered, type Traffic } from './made.ts';

/** What errors may spend in the watch of a service that has requests and durations, as most have. */
const ERRORS_ALPHA = alphaOf('errorRatio', ['rate', 'errorRatio', 'p50', 'p99'], DEPLOY_ALARMS);

export const SIMULATED_RULES: RatioRules = {
  ...{ before: 30, after: 15, history: 10_080, worse: 'higher', floor: RATIO_FLOOR, alpha: ERRORS_ALPHA },
};

/** Watches on one made series: 45 minutes apart, so that they share their history and nothing else. */
const PER_SERIES = 50;

/** What was made of watches: how many ended how, at which look those that were degraded were, and how many of the inconclusive say what is missing, or that it began before. */
export type Watched = {
  readonly watches: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly looks: readonly number[];
  readonly explained: number;
};

/** One made watch: where it is, and the counts that came after, `times` as many of them bad. */
export type MadeWatch = {
  readonly made: Ratio;
  readonly moment: number;
  readonly after: Pick<Ratio, 'bad' | 'total'>;
};

/**
 * Watches of a service whose errors become `times` as many at each moment, on as many series as needed, each with `history` minutes before. `see` is shown each
 * of them, for other rules beside ours.
 */
export function watched(
  traffic: Traffic,
  times: number,
  { watches, history, seed }: { readonly watches: number; readonly history: number; readonly seed: number },
  see: (watch: MadeWatch) => void = () => undefined,
): Watched {
  const verdicts = { degraded: 0, improved: 0, steady: 0, inconclusive: 0 };
  const looks: number[] = [];
  let explained = 0;
  const { before, after: length } = SIMULATED_RULES;
  for (let done = 0; done < watches; done += PER_SERIES) {
    const some = Math.min(PER_SERIES, watches - done);
    const made = countsOf(traffic, history + some * (before + length), seed + done);
    const random = seeded(seed + done + 1);
    const judge = createRatioJudge(made, SIMULATED_RULES);
    for (let i = 0; i < some; i += 1) {
      const moment = history + before + i * (before + length);
      const total = made.total.subarray(moment, moment + length);
      const more = () =>
        total.map((n) => Math.min(n, scattered(n * traffic.bad * times, traffic.dispersion, random)));
      const after = { total, bad: times === 1 ? made.bad.subarray(moment, moment + length) : more() };
      const judged = judge.judge(moment, after);
      verdicts[judged.verdict] += 1;
      if (judged.verdict === 'degraded') looks.push(judged.looks);
      const isExplained = (judged.needs?.more ?? 0) > 0 || judged.reasons.includes(BEGAN_BEFORE);
      if (judged.verdict === 'inconclusive' && isExplained) explained += 1;
      see({ made, moment, after });
    }
  }
  return { watches, verdicts, looks, explained };
}
