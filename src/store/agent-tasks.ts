import { sql } from 'kysely';
import type { AgentTasks } from '#app/ports.ts';
import { type AgentTask, type AgentTaskState, subjectKey } from '#domain/agent-task/agent-task.ts';
import type { Instant } from '#domain/time.ts';
import type { Db } from './schema.ts';

export function agentTasksOf(db: Db): AgentTasks {
  const read = (row: { value: string }): AgentTask => JSON.parse(row.value);
  return {
    async get(id) {
      const row = await db.selectFrom('agent_tasks').select('value').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async save(task) {
      const row = {
        number: task.number,
        id: task.id,
        subject: subjectKey(task.subject),
        service: task.service ?? null,
        created_at: task.createdAt,
        expires_at: task.expiresAt,
        lease_until: task.lease?.until ?? null,
        handed_off: task.handOff === undefined ? 0 : 1,
        reported: task.reports.length === 0 ? 0 : 1,
        value: JSON.stringify(task),
      };
      await db
        .insertInto('agent_tasks')
        .values(row)
        .onConflict((conflict) => conflict.column('number').doUpdateSet(row))
        .execute();
    },
    async nextNumber() {
      const row = await db
        .selectFrom('agent_tasks')
        .select(({ fn }) => fn.max('number').as('highest'))
        .executeTakeFirst();
      return (row?.highest ?? 0) + 1;
    },
    async ofSubject(subject) {
      const row = await db
        .selectFrom('agent_tasks')
        .select('value')
        .where('subject', '=', subjectKey(subject))
        .executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async list({ now, state, service, before, limit }) {
      let query = db.selectFrom('agent_tasks').select('value').orderBy('number', 'desc').limit(limit);
      if (state !== undefined) query = query.where(isIn(state, now));
      if (service !== undefined) query = query.where('service', '=', service);
      if (before !== undefined) query = query.where('number', '<', before);
      return (await query.execute()).map(read);
    },
  };
}

/** What `stateOf` says, asked of the columns. */
function isIn(state: AgentTaskState, now: Instant) {
  const lives = sql`reported = 0 and expires_at > ${now}`;
  switch (state) {
    case 'reported':
      return sql<boolean>`reported = 1`;
    case 'expired':
      return sql<boolean>`reported = 0 and expires_at <= ${now}`;
    case 'preparing':
      return sql<boolean>`${lives} and handed_off = 0`;
    case 'claimed':
      return sql<boolean>`${lives} and handed_off = 1 and lease_until > ${now}`;
    case 'open':
      return sql<boolean>`${lives} and handed_off = 1 and (lease_until is null or lease_until <= ${now})`;
  }
}
