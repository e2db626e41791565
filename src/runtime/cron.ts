import { createTask, validateDetailed } from 'node-cron';
import type { Schedule } from '#domain/digest/schedule.ts';

/** What is wrong with a cron expression (five fields, minute first), in words; `undefined` where nothing is. */
export function cronMistake(expression: string): string | undefined {
  if (expression.trim().split(/\s+/).length !== 5)
    return 'expected five fields: minute, hour, day of the month, month, day of the week';
  const { valid, errors } = validateDetailed(expression);
  if (valid) return undefined;
  return errors.map(({ field, value }) => `there is no ${FIELDS.get(field) ?? field} ${value}`).join(', ');
}

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['dayOfMonth', 'day of the month'],
  ['dayOfWeek', 'day of the week'],
]);

/** Which minutes of the wall clock a cron expression names. Nothing is started: node-cron reads and matches, when to look is decided elsewhere. */
export function cronSchedule(expression: string): Schedule {
  const task = createTask(expression, () => undefined, { timezone: 'UTC' });
  return (minute) => task.match(new Date(minute));
}
