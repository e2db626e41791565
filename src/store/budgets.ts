import { sql } from 'kysely';
import type { Basis, BudgetStep, Budgets } from '#app/ports.ts';
import type { Settled } from '#domain/budget/state.ts';
import { NO_TALLY, type Tally } from '#domain/budget/usage.ts';
import type { Range } from '#domain/time.ts';
import type { Db } from './schema.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Times are kept in seconds: a byte or two less in each of millions of rows. */
const SECOND = 1000;

type Row = { at: number; bad: number; total: number; lost: number; observed: number; assumed: number };

export function budgetsOf(db: Db): Budgets {
  const idOf = async (key: string): Promise<number> => {
    const known = await db.selectFrom('slis').select('id').where('key', '=', key).executeTakeFirst();
    if (known !== undefined) return known.id;
    const { id } = await db.insertInto('slis').values({ key }).returning('id').executeTakeFirstOrThrow();
    return id;
  };
  const rowAt = (sli: number, at: number) =>
    db
      .selectFrom('counts')
      .select(['at', 'bad', 'total', 'lost', 'observed', 'assumed'])
      .where('sli', '=', sli)
      .where('at', '<=', at)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst();
  const firstRow = (sli: number) =>
    db.selectFrom('counts').selectAll().where('sli', '=', sli).orderBy('at').limit(1).executeTakeFirst();
  return {
    async record(key, from, steps) {
      const last = steps.at(-1);
      if (last === undefined) return;
      const sli = await idOf(key);
      const [start, end] = [from / SECOND, last.to / SECOND];
      const [base, first, known] = [await rowAt(sli, start), await firstRow(sli), await rowAt(sli, end)];
      const rows = totalsFrom(start, base ?? before(first, steps), steps);
      const newest = rows.at(-1);
      if (newest === undefined) return;
      await db
        .deleteFrom('counts')
        .where('sli', '=', sli)
        .where('at', '>', start)
        .where('at', '<=', end)
        .execute();
      await sql`insert or replace into counts (sli, at, bad, total, lost, observed, assumed)
        select ${sli}, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5
        from json_each(${JSON.stringify((base?.at === start ? rows.slice(1) : rows).map(asList))})`.execute(
        db,
      );
      // Totals before the first row are zero by definition; everything after what was counted anew moves with it.
      if (known === undefined) return;
      const by = difference(newest, known);
      if (Object.values(by).some((value) => value !== 0))
        await sql`update counts set bad = bad + ${by.bad}, total = total + ${by.total}, lost = lost + ${by.lost},
          observed = observed + ${by.observed}, assumed = assumed + ${by.assumed}
          where sli = ${sli} and at > ${end}`.execute(db);
    },
    async tallies(asked) {
      const points = asked.flatMap(({ key, range }) => [
        [key, Math.floor(range.from / SECOND)],
        [key, Math.floor(range.to / SECOND)],
      ]);
      // One statement for all of them: each boundary is one step down an index.
      const { rows } = await sql<Partial<Row>>`
        select c.at, c.bad, c.total, c.lost, c.observed, c.assumed
        from json_each(${JSON.stringify(points)}) q
        left join slis s on s.key = q.value->>0
        left join counts c on c.sli = s.id and c.at = coalesce(
          (select max(at) from counts where sli = s.id and at <= q.value->>1),
          (select min(at) from counts where sli = s.id))
        order by q.key`.execute(db);
      return asked.map((_, i) => {
        const [a, b] = [rows[2 * i], rows[2 * i + 1]];
        return isRow(a) && isRow(b) ? inMilliseconds(difference(b, a)) : NO_TALLY;
      });
    },
    async steps(key, range) {
      const sli = await db.selectFrom('slis').select('id').where('key', '=', key).executeTakeFirst();
      if (sli === undefined) return [];
      const [from, to] = [Math.floor(range.from / SECOND), Math.floor(range.to / SECOND)];
      const base = (await rowAt(sli.id, from)) ?? (await firstRow(sli.id));
      const rows = await db
        .selectFrom('counts')
        .select(['at', 'bad', 'total', 'lost', 'observed', 'assumed'])
        .where('sli', '=', sli.id)
        .where('at', '>', base?.at ?? from)
        .where('at', '<=', to)
        .orderBy('at')
        .execute();
      let previous: Row | undefined = base;
      return rows.map((row) => {
        const earlier = previous ?? row;
        previous = row;
        return {
          range: { from: earlier.at * SECOND, to: row.at * SECOND },
          ...inMilliseconds(difference(row, earlier)),
        };
      });
    },
    async extents() {
      const { rows } = await sql<{
        key: string;
        asked_from: number | null;
        first: number | null;
        last: number | null;
      }>`
        select key, asked_from, (select min(at) from counts where sli = id) as first,
          (select max(at) from counts where sli = id) as last from slis`.execute(db);
      return new Map(
        rows.flatMap(({ key, asked_from: asked, first, last }): [string, Range][] =>
          last === null || first === null
            ? []
            : [[key, { from: Math.min(asked ?? first * SECOND, first * SECOND), to: last * SECOND }]],
        ),
      );
    },
    async bases() {
      const rows = await db
        .selectFrom('slis')
        .select(['key', 'basis'])
        .where('basis', 'is not', null)
        .execute();
      return new Map(rows.map(({ key, basis }): [string, Basis] => [key, JSON.parse(basis ?? '')]));
    },
    async saveBasis(key, { notes, unit }) {
      const basis = JSON.stringify({ notes, unit } satisfies { [K in keyof Basis]: unknown });
      await db
        .updateTable('slis')
        .set({ basis })
        .where('id', '=', await idOf(key))
        .execute();
    },
    async forget(key) {
      const id = await idOf(key);
      await db.deleteFrom('counts').where('sli', '=', id).execute();
      await db.updateTable('slis').set({ asked_from: null, basis: null }).where('id', '=', id).execute();
    },
    async asked(key, from) {
      const id = await idOf(key);
      await db.updateTable('slis').set({ asked_from: from }).where('id', '=', id).execute();
    },
    async colours() {
      const rows = await db
        .selectFrom('slis')
        .select(['key', 'colour'])
        .where('colour', 'is not', null)
        .execute();
      return new Map(rows.map(({ key, colour }): [string, Settled] => [key, JSON.parse(colour ?? '')]));
    },
    async saveColour(key, settled) {
      const id = await idOf(key);
      await db
        .updateTable('slis')
        .set({ colour: settled === undefined ? null : JSON.stringify(settled) })
        .where('id', '=', id)
        .execute();
    },
    async rollUp(hourlyBefore, dailyBefore, keep) {
      let thinned = 0;
      const slis = await db.selectFrom('slis').select(['id', 'key']).execute();
      // One SLO at a time, along the index, so that nobody waits long for the connection.
      for (const { id, key } of slis) {
        const kept = JSON.stringify((keep.get(key) ?? []).map((at) => Math.floor(at / SECOND)));
        for (const [every, until] of [
          [HOUR, hourlyBefore],
          [DAY, dailyBefore],
        ] as const) {
          const { numAffectedRows = 0n } = await sql`delete from counts
            where sli = ${id} and at < ${Math.floor(until / SECOND)} and at % ${every / SECOND} <> 0
            and at not in (select value from json_each(${kept}))
            and at > (select min(at) from counts where sli = ${id})
            and at < (select max(at) from counts where sli = ${id})`.execute(db);
          thinned += Number(numAffectedRows);
        }
      }
      return thinned;
    },
    async forgetUnused(used, before) {
      const { rows } = await sql<{ id: number; key: string }>`select id, key from slis
        where coalesce((select max(at) from counts where sli = id), 0) < ${Math.floor(before / SECOND)}`.execute(
        db,
      );
      const unused = rows.filter(({ key }) => !used.has(key)).map(({ id }) => id);
      for (const id of unused) {
        await db.deleteFrom('counts').where('sli', '=', id).execute();
        await db.deleteFrom('slis').where('id', '=', id).execute();
      }
      return unused.length;
    },
  };
}

function isRow(row: Partial<Row> | undefined): row is Row {
  return typeof row?.at === 'number';
}

/** Totals at the end of each step, the one at the beginning first. */
function totalsFrom(start: number, base: Omit<Row, 'at'>, steps: readonly BudgetStep[]): readonly Row[] {
  let row: Row = { ...base, at: start };
  return [
    row,
    ...steps.map((step) => {
      row = {
        at: step.to / SECOND,
        bad: row.bad + step.bad,
        total: row.total + step.total,
        lost: row.lost + step.lost / SECOND,
        observed: row.observed + step.observed / SECOND,
        assumed: row.assumed + step.assumed,
      };
      return row;
    }),
  ];
}

/** Steps that come before everything known end at what was known first. */
function before(first: Row | undefined, steps: readonly BudgetStep[]): Omit<Row, 'at'> {
  const zero = { bad: 0, total: 0, lost: 0, observed: 0, assumed: 0 };
  if (first === undefined) return zero;
  const inside = steps.filter(({ to }) => to / SECOND <= first.at);
  const sum = totalsFrom(0, zero, inside).at(-1) ?? { at: 0, ...zero };
  return difference(first, sum);
}

function difference(a: Row | Omit<Row, 'at'>, b: Omit<Row, 'at'>): Tally {
  return {
    bad: a.bad - b.bad,
    total: a.total - b.total,
    lost: a.lost - b.lost,
    observed: a.observed - b.observed,
    assumed: a.assumed - b.assumed,
  };
}

function inMilliseconds(tally: Tally): Tally {
  return { ...tally, lost: tally.lost * SECOND, observed: tally.observed * SECOND };
}

function asList({ at, bad, total, lost, observed, assumed }: Row): readonly number[] {
  return [at, bad, total, lost, observed, assumed];
}
