import { sql } from 'kysely';
import type { Jobs } from '#app/ports.ts';
import { PRIORITY, type Priority } from '#domain/job.ts';
import { MINUTE } from '#domain/time.ts';
import type { Db } from './schema.ts';
import type { Wakes } from './wakes.ts';

/** No retry is put off longer; one that lies further ahead was put off before the clock was set back, and is due. */
const LONGEST_RETRY = 5 * MINUTE;

export function jobsOf(db: Db, wakes: Wakes): Jobs {
  return {
    async put(jobs) {
      for (const { key, lane, due, priority, task } of jobs) {
        await db
          .insertInto('jobs')
          .values({ key, lane, due, priority, task: JSON.stringify(task) })
          .onConflict((conflict) =>
            conflict
              .column('key')
              // A literal, not a parameter: SQLite must see that this is the partial index `jobs_waiting`.
              .where('state', '=', sql.lit('waiting'))
              .doUpdateSet((excluded) => ({
                lane: excluded.ref('excluded.lane'),
                task: excluded.ref('excluded.task'),
                due: sql<number>`min(jobs.due, excluded.due)`,
                priority: sql<number>`min(jobs.priority, excluded.priority)`,
              })),
          )
          .execute();
      }
      if (jobs.length > 0) wakes.give('jobs');
    },
    async cancel(keyPrefix) {
      await db
        .deleteFrom('jobs')
        .where('state', '=', 'waiting')
        .where(sql<boolean>`substr(key, 1, ${keyPrefix.length}) = ${keyPrefix}`)
        .execute();
    },
    async isPlanned(keyPrefix) {
      const row = await db
        .selectFrom('jobs')
        .select('id')
        .where('state', 'in', ['waiting', 'running'])
        .where(sql<boolean>`substr(key, 1, ${keyPrefix.length}) = ${keyPrefix}`)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async lease(now, length, limit, upTo = PRIORITY.progress) {
      // One statement, so that two workers never take the same job: a lane with a live lease is left alone, of a free one the first is taken.
      const rows = await sql<{
        id: number;
        key: string;
        lane: string;
        due: number;
        priority: Priority;
        task: string;
        attempt: number;
      }>`
        update jobs set state = 'running', attempt = attempt + 1, lease_until = ${now + length}
        where id in (
          select id from (
            select id, priority, due, row_number() over (partition by lane order by due, id) as place from jobs
            where priority <= ${upTo} and (due <= ${now} or (attempt > 0 and due > ${now + LONGEST_RETRY}))
              and (state = 'waiting' or (state = 'running' and lease_until <= ${now}))
              and lane not in (select lane from jobs where state = 'running' and lease_until > ${now}))
          where place = 1 order by priority, due, id limit ${limit})
        returning id, key, lane, due, priority, task, attempt`.execute(db);
      return rows.rows
        .toSorted((a, b) => a.priority - b.priority || a.due - b.due || a.id - b.id)
        .map(({ id, attempt, task, ...job }) => ({ id, attempt, job: { ...job, task: JSON.parse(task) } }));
    },
    async complete(id, at) {
      await db
        .updateTable('jobs')
        .set({ state: 'done', ended_at: at, lease_until: null })
        .where('id', '=', id)
        .execute();
      wakes.give('jobs');
    },
    async retry(id, at, problem) {
      const row = await db.selectFrom('jobs').select('key').where('id', '=', id).executeTakeFirst();
      const newer = await db
        .selectFrom('jobs')
        .select('id')
        .where('key', '=', row?.key ?? '')
        .where('state', '=', 'waiting')
        .executeTakeFirst();
      // A newer job of the same key does the same work: the old attempt ends instead of standing beside it.
      const state = newer === undefined ? ('waiting' as const) : ('done' as const);
      await db
        .updateTable('jobs')
        .set({ state, due: at, lease_until: null, problem })
        .where('id', '=', id)
        .execute();
      wakes.give('jobs');
    },
    async fail(id, at, problem) {
      await db
        .updateTable('jobs')
        .set({ state: 'failed', ended_at: at, lease_until: null, problem })
        .where('id', '=', id)
        .execute();
      wakes.give('jobs');
    },
    async release() {
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        .set({ lease_until: 0 })
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
    async backlog(now) {
      const row = await db
        .selectFrom('jobs')
        .select((is) => is.fn.countAll<number>().as('waiting'))
        .where('state', '=', 'waiting')
        .where('due', '<=', now)
        .executeTakeFirstOrThrow();
      return row.waiting;
    },
    async nextDue() {
      const row = await db
        .selectFrom('jobs')
        .select(sql<number | null>`min(case when state = 'running' then lease_until else due end)`.as('at'))
        .where(
          sql<boolean>`state = 'running' or (state = 'waiting' and lane not in (select lane from jobs where state = 'running'))`,
        )
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
    onPut: (wake) => wakes.on('jobs', wake),
  };
}
