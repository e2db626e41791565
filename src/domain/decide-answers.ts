import { answersOf } from './answers.ts';
import { type Decision, NOTHING, type State } from './decision.ts';
import type { Deploy } from './deploy.ts';
import type { Actor, PersonEvent } from './event.ts';
import { type Job, job, PRIORITY } from './job.ts';
import type { Instant } from './time.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Keeps who said whether a verdict was right: the last word of anybody stands, the same word of the same person changes nothing. */
export function onVerdictAnswered(
  state: State,
  { right, of: seen, by, deploy: id }: Extract<PersonEvent, { type: 'verdictAnswered' }>,
  at: Instant,
  now: Instant,
): Decision {
  return onVerdict(state, { id, seen }, now, (deploy, of) => {
    const { answered } = answersOf(deploy);
    const isSame = answered !== undefined && answered.right === right && isSameActor(answered.by, by);
    return isSame ? deploy : { ...deploy, answered: { right, of, by, at } };
  });
}

/** Keeps that what was found is expected, and why. Verdict and evidence stay; an earlier *wrong* does not, for what is expected was found. */
export function onVerdictExpected(
  state: State,
  { reason, of: seen, by, deploy: id }: Extract<PersonEvent, { type: 'verdictExpected' }>,
  at: Instant,
  now: Instant,
): Decision {
  return onVerdict(state, { id, seen }, now, (deploy, of) => {
    const { answered, ...rest } = deploy;
    const { expected } = answersOf(deploy);
    if (expected?.reason === reason && isSameActor(expected.by, by)) return deploy;
    return { ...rest, ...(answered?.right === true ? { answered } : {}), expected: { reason, of, by, at } };
  });
}

/** Nothing follows for a deploy that is not known (any more), has no verdict, or another one than was seen: whoever pressed is told where they did. */
function onVerdict(
  state: State,
  { id, seen }: { readonly id: string; readonly seen: Verdict | undefined },
  now: Instant,
  change: (deploy: Deploy, verdict: Verdict) => Deploy,
): Decision {
  const known = state.deploys.find((deploy) => deploy.id === id);
  if (known?.watch?.verdict === undefined) return NOTHING;
  const { verdict } = known.watch.verdict;
  if (seen !== undefined && seen !== verdict) return NOTHING;
  const deploy = change(known, verdict);
  if (deploy === known) return NOTHING;
  return {
    ...NOTHING,
    deploys: [deploy],
    jobs:
      deploy.channel === undefined ? [] : [showAnswerJob(id, 'root', now), showAnswerJob(id, 'report', now)],
  };
}

/** In the lane of whatever else puts that message, so that what was read earlier is not put later. */
export function showAnswerJob(deploy: string, where: 'root' | 'report', due: Instant): Job {
  const lane = `deploy:${deploy}:${where === 'root' ? 'root' : 'watch'}`;
  return job(`show-answer:${deploy}:${where}`, lane, due, PRIORITY.answer, {
    kind: 'showAnswer',
    deploy,
    where,
  });
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === 'person'
    ? other.kind === 'person' && one.user === other.user
    : other.kind === 'machine' && one.name === other.name;
}
