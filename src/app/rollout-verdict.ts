import type { Watch } from '#domain/deploy.ts';
import { looksPlanned, type Rollout, type RolloutStep, type StepWatch } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import type { PanelQuery } from '#domain/panel.ts';
import type { Problem } from '#domain/problem.ts';
import type { Flag, Service } from '#domain/service.ts';
import type { Instant, Range } from '#domain/time.ts';
import { judgeCohorts } from '#domain/verdict/cohort-judge.ts';
import type { CohortSignal, CohortVerdict, Word } from '#domain/verdict/cohort-verdict.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import { gridOf } from './cohorts-grid.ts';
import { disturbances } from './disturbances.ts';
import { floorOf, HISTORY, judgeWindows } from './judged-windows.ts';
import type { Ports } from './ports.ts';

/** What a look found, what was asked for it, and what went wrong in asking. */
export type Looked = {
  readonly verdict: CohortVerdict;
  readonly queries: readonly PanelQuery[];
  readonly problems: readonly Problem[];
};

/** Judges a step of a rollout by all that is known of it at `now` (UTC); of a step that another one followed, up to that one (`until`). */
export async function judgeStep(
  rollout: Rollout,
  step: RolloutStep & { readonly watch: StepWatch },
  {
    service,
    now,
    until = now,
  }: { readonly service: Service; readonly now: Instant; readonly until?: Instant },
  ports: Pick<Ports, 'cohorts' | 'observer' | 'store'>,
): Promise<Looked> {
  const { watch } = step;
  if (watch.baseline !== undefined)
    return judgeWhole(
      rollout,
      { ...step, watch: { ...watch, baseline: watch.baseline } },
      service,
      Math.min(now, until + watch.lag),
      ports,
    );
  const flag = service.flags.find(({ name }) => name === rollout.flag);
  if (flag === undefined) return NOT_CONFIGURED;
  const to = Math.min(now - watch.lag, until);
  const grid = gridOf({ from: watch.window.from, to: Math.max(watch.window.from, to) }, watch.every);
  const observed = await ports.cohorts.observe(service, flag, grid.range, grid.step);
  return judged(observed, { flag, service, window: watch.window, share: step.share });
}

/** Judges what was observed of a flag's cohorts; `share` is how many should have it, where that is known. */
export function judged(
  observed: ObservedCohorts,
  about: {
    readonly flag: Flag;
    readonly service: Service;
    readonly window: Range;
    readonly share: number | undefined;
  },
): Looked {
  const { flag, service, window, share } = about;
  const expected = share ?? flag.expected;
  const verdict = judgeCohorts(observed, { window, floor: floorOf(service), ...present({ expected }) });
  return { verdict, queries: observed.queries, problems: observed.problems };
}

/** What is found out of a flag that was taken out of the configuration. */
export const NOT_CONFIGURED: Looked = {
  verdict: {
    ...{ word: 'hold', compared: 'cohorts', signals: [] },
    reasons: ['The flag is not configured for this service any more: nobody knows who has it.'],
  },
  queries: [],
  problems: [],
};

/** Where everybody has the flag, or nobody, the service is held against what it was before, as after a deploy. */
async function judgeWhole(
  { id, environment }: Rollout,
  { at, watch }: RolloutStep & { readonly watch: StepWatch & { readonly baseline: Range } },
  service: Service,
  now: Instant,
  { observer, store }: Pick<Ports, 'observer' | 'store'>,
): Promise<Looked> {
  const { baseline, window, looks, lag } = watch;
  const asWatch: Watch = {
    state: 'watching',
    baseline,
    window,
    looks,
    lag,
    looksPlanned: looksPlanned(watch),
  };
  const subject = { id, service: service.name, environment, startedAt: at, baseline };
  const reach = { from: baseline.from - HISTORY, to: window.to };
  const disturbed = await disturbances(subject, reach, store);
  const about = { disturbed: disturbed.ranges, answersFrom: at };
  const { verdict, observed } = await judgeWindows(service, asWatch, now, about, observer);
  const isOver = now >= window.to + lag;
  const reasons = [...verdict.reasons, ...disturbed.reasons];
  return {
    verdict: wordOf({ ...verdict, reasons }, isOver),
    queries: observed.queries,
    problems: observed.problems,
  };
}

/** What a verdict on everybody comes to for a rollout. Nothing but *stop* is said before the watch is over. */
function wordOf(
  { verdict, signals, needs, decidedAt, reasons }: DeployVerdict,
  isOver: boolean,
): CohortVerdict {
  const isWell = verdict === 'steady' || verdict === 'improved';
  const word: Word = verdict === 'degraded' ? 'stop' : isWell && isOver ? 'go' : 'hold';
  return {
    ...{ word, compared: 'before', reasons },
    signals: signals.map(
      ({
        measure,
        verdict: of,
        effect,
        significance,
        floor,
        decidedAt: since,
        needs: missing,
        reasons: why,
      }): CohortSignal => ({
        ...{ measure, verdict: of, floor, reasons: why },
        ...present({ effect, significance, decidedAt: since, needs: missing }),
      }),
    ),
    ...present({ decidedAt, needs: word === 'hold' ? needs : undefined }),
  };
}
