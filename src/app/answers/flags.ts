import { stepsOf } from '#domain/deploy.ts';
import { hasCohorts, latestOfEach, type Rollout } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import type { Drawing } from '#domain/panel.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import type { Flag, Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { formatDuration, type Instant, last, MINUTE, type Range } from '#domain/time.ts';
import type { CohortVerdict, Word } from '#domain/verdict/cohort-verdict.ts';
import type { Answered, FlagAnswer, ProblemAnswer } from '../answer.ts';
import { cohortsDrawing } from '../cohorts-drawing.ts';
import { gridOf } from '../cohorts-grid.ts';
import type { Ports } from '../ports.ts';
import { judged } from '../rollout-verdict.ts';
import { silentFlags } from '../silent-flags.ts';
import type { AnswerPorts } from './answer.ts';

/** Rollouts that are listed. */
const RECENT = 25;

/** What is compared where no change of the flag was heard. */
const USUAL = 30 * MINUTE;

/** Rollouts, of one service or of all, and configured flags of which nothing was heard. */
export async function flags(
  service: string | undefined,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<Answered> {
  const recent = await store.flags.recent({ limit: RECENT, ...present({ service }) });
  const rollouts = latestOfEach(recent);
  const silent = await silentFlags(service, { store, catalog });
  return {
    answer: { kind: 'flags', at: clock.now(), rollouts, silent, ...present({ service }) },
  };
}

/** Those with a flag against those without it, since the latest step in which there were both, or in the time that was asked for; drawn with an id. */
export async function flag(
  { flag: name, service: named, length, measures }: Extract<Request, { ask: 'flag' }>,
  id: string | undefined,
  ports: AnswerPorts,
): Promise<{ readonly answer: FlagAnswer | ProblemAnswer; readonly drawing?: Drawing }> {
  const { store, catalog, clock, cohorts } = ports;
  const having = catalog.current().services.flatMap((service) => {
    const own = service.flags.find((one) => one.name === name);
    return own === undefined ? [] : [{ service, flag: own }];
  });
  const { watchedEnvironments } = catalog.current();
  // The metrics are of what is watched: a change elsewhere tells nothing of who has the flag there.
  const rollouts = (await store.flags.recent({ flag: name, limit: RECENT })).filter(
    ({ environment, steps }) =>
      watchedEnvironments.includes(environment) || steps.some(({ watch }) => watch !== undefined),
  );
  const subject = subjectOf(having, rollouts, named);
  if (subject === undefined)
    return { answer: { kind: 'problem', problem: unknown(name, named, having), suggestions: ['flags'] } };
  const { service } = subject;
  const rollout = rollouts.find((one) => one.service === service.name);
  const now = clock.now();
  const { window, share, judgedIn } = windowOf(rollout, service, length, now);
  const range = {
    from: window.from,
    to: Math.max(window.from, Math.min(window.to, now - service.watch.lag)),
  };
  // As the watch over a step counts, so that both say the same of the same time.
  const { every } = stepsOfWatch(service);
  const grid = gridOf(range, every);
  const about = {
    ...{ ...subject, steps: rollout?.steps ?? [], range: window },
    ...{ facts: length === undefined ? ['on and off'] : [`last ${formatDuration(length)}`] },
    ...present({ measures }),
  };
  const [observed, drawing] = await Promise.all([
    cohorts.observe(service, subject.flag, grid.range, grid.step),
    id === undefined ? undefined : cohortsDrawing({ ...about, id }, ports),
  ]);
  const { verdict, problems } = judged(observed, {
    ...subject,
    window: judgedIn ?? { ...range, to: range.from },
    share,
  });
  return {
    ...present({ drawing }),
    answer: {
      ...{ kind: 'flag', flag: name, service: service.name, window, problems },
      verdict: measures === undefined ? verdict : ofMeasures(verdict, measures),
      also: having.map((one) => one.service.name).filter((other) => other !== service.name),
      ...present({ rollout, of: length === undefined ? undefined : `last ${formatDuration(length)}` }),
    },
  };
}

type Subject = { readonly service: Service; readonly flag: Flag };

/** The service that was named; else the one whose rollout moved last; else the first that has the flag. */
function subjectOf(
  having: readonly Subject[],
  rollouts: readonly Rollout[],
  named: string | undefined,
): Subject | undefined {
  const called = (name: string | undefined) => having.find(({ service }) => service.name === name);
  if (named !== undefined) return called(named);
  const moved = rollouts.map((rollout) => called(rollout.service)).find((one) => one !== undefined);
  return moved ?? having[0];
}

function unknown(flag: string, service: string | undefined, having: readonly Subject[]): Problem {
  const [other] = having;
  const what =
    service !== undefined && other !== undefined
      ? `${service} has no flag ${flag}; ${other.service.name} has.`
      : `No service has a flag ${flag} in bellbuoy.yaml.`;
  return failure('words-unclear', what).problem;
}

function stepsOfWatch({ watch: { after, lag } }: Service): { readonly every: number } {
  return { every: stepsOf(after, lag).step };
}

/** What the signals that were asked for say by themselves. */
function ofMeasures(verdict: CohortVerdict, measures: readonly Measure[]): CohortVerdict {
  const { needs: _, decidedAt: __, ...rest } = verdict;
  const signals = verdict.signals.filter(({ measure }) => measures.includes(measure));
  const isWell = signals.every(({ verdict: of }) => of === 'steady' || of === 'improved');
  const isWorse = signals.some(({ verdict: of }) => of === 'degraded');
  const word: Word = isWorse ? 'stop' : isWell && signals.length > 0 ? 'go' : 'hold';
  const [needs] = signals.flatMap((signal) => signal.needs ?? []).toSorted((a, b) => b.takes - a.takes);
  return { ...rest, signals, word, ...present({ needs: word === 'hold' ? needs : undefined }) };
}

/**
 * What is compared: what was asked for, or the latest step in which some had the flag and some had not; `judgedIn` is the time that was set for a step, before whose end no *go* is said. `share` is how many should have
 * had it, where that was the same all the time.
 */
function windowOf(
  rollout: Rollout | undefined,
  { watch: { warmUp } }: Service,
  length: number | undefined,
  now: Instant,
): { readonly window: Range; readonly share: number | undefined; readonly judgedIn?: Range } {
  const steps = rollout?.steps ?? [];
  const i = steps.findLastIndex(hasCohorts);
  const step = steps[i];
  if (length !== undefined) {
    const asked = last(length, now);
    const latest = steps.at(-1);
    return {
      window: asked,
      share: latest !== undefined && latest.at <= asked.from ? latest.share : undefined,
    };
  }
  if (step === undefined) return { window: last(USUAL, now), share: undefined };
  const to = steps[i + 1]?.at ?? now;
  // A step that has only just begun is told from its beginning, never from before it.
  const window = { from: Math.max(step.at, Math.min(step.at + warmUp, to - MINUTE)), to };
  return { window, share: step.share, ...present({ judgedIn: step.watch?.window }) };
}
