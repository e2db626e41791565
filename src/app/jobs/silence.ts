import type { Task } from '#domain/job.ts';
import { isRetryable } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { submit } from '../accept.ts';
import type { Ports } from '../ports.ts';

/** Silences the group of an alert at Alertmanager; what came of it is an event. Asks again a few times while it cannot be reached. */
export async function silence(
  task: Extract<Task, { kind: 'silence' }>,
  job: { id: number; due: Instant },
  ports: Ports,
): Promise<void> {
  const { store, clock, silences } = ports;
  const episode = await store.alerts.get(task.episode);
  if (episode === undefined) return;
  // From when it was asked for, not from now: the same job run again asks for the same silence.
  const from = job.due;
  const until = from + task.length;
  const by = task.by.kind === 'person' ? task.by.user : task.by.name;
  const matchers = Object.keys(episode.groupLabels).length > 0 ? episode.groupLabels : episode.labels;
  let outcome = await silences.silence({
    matchers,
    from,
    until,
    author: `Bellbuoy for ${by}`,
    comment: `Silenced in Slack: ${episode.name}`,
  });
  for (let attempt = 1; !outcome.ok && isRetryable(outcome.problem) && attempt < 3; attempt += 1) {
    await clock.sleep(1000 * attempt);
    outcome = await silences.silence({
      matchers,
      from,
      until,
      author: `Bellbuoy for ${by}`,
      comment: `Silenced in Slack: ${episode.name}`,
    });
  }
  ports.failpoint('silenced-not-told');
  const about = { episode: task.episode, by: task.by };
  await submit(
    outcome.ok
      ? { type: 'silenced', ...about, silence: outcome.value.id, until }
      : { type: 'silenceFailed', ...about, problem: outcome.problem },
    `silence:${job.id}`,
    ports,
  );
}
