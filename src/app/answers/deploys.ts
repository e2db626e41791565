import { precisionOf } from '#domain/answers.ts';
import { DAY } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import type { Ports } from '../ports.ts';

const RECENT = 25;

/** Answers older than this say little of the judge as it now is. */
const OVER = 90 * DAY;

/** Recent deploys, of one service or of all, and how often people called a verdict right. */
export async function deploys(
  service: string | undefined,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<Answered> {
  const options = service === undefined ? {} : { service };
  const [recent, { verdicts, answered }] = await Promise.all([
    store.deploys.recent({ ...options, limit: RECENT }),
    store.deploys.judged({ ...options, since: clock.now() - OVER }),
  ]);
  const judged = { over: OVER, verdicts, precision: precisionOf(answered) };
  return { answer: { kind: 'deploys', ...options, deploys: recent, judged } };
}
