import type { Alerts } from '#app/ports.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import { atOnce } from './at-once.ts';
import { recordOccurrence } from './error-occurrences.ts';
import type { Db } from './schema.ts';

export function alertsOf(db: Db): Alerts {
  const read = (row: { value: string }): AlertEpisode => JSON.parse(row.value);
  return {
    async get(id) {
      const row = await db.selectFrom('alerts').select('value').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async latestOfGroup(source, groupKey) {
      const row = await db
        .selectFrom('alerts')
        .select('value')
        .where('source', '=', source)
        .where('group_key', '=', groupKey)
        .orderBy('started_at', 'desc')
        .executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async save(episode) {
      const row = {
        id: episode.id,
        source: episode.source,
        group_key: episode.groupKey,
        service: episode.service ?? null,
        status: episode.status,
        started_at: episode.startedAt,
        resolved_at: episode.resolvedAt ?? null,
        value: JSON.stringify(episode),
        channel: episode.channel,
        begun_at: episode.begunAt,
        umbrella: episode.umbrella ?? null,
      };
      await atOnce(db, async (tx) => {
        await tx
          .insertInto('alerts')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        await recordOccurrence(tx, episode);
      });
    },
    async under(umbrella) {
      const rows = await db
        .selectFrom('alerts')
        .select('value')
        .where('umbrella', '=', umbrella)
        .orderBy('begun_at')
        .execute();
      return rows.map(read);
    },
    async begunIn(channel, since, limit) {
      const rows = await db
        .selectFrom('alerts')
        .select('id')
        .where('channel', '=', channel)
        .where('begun_at', '>', since)
        .where('umbrella', 'is', null)
        .orderBy('begun_at')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async recent({ service, status, before, limit }) {
      let query = db.selectFrom('alerts').select('value').orderBy('started_at', 'desc').limit(limit);
      if (service !== undefined) query = query.where('service', '=', service);
      if (status !== undefined) query = query.where('status', '=', status);
      if (before !== undefined) query = query.where('started_at', '<', before);
      return (await query.execute()).map(read);
    },
    async open(service) {
      const query = db
        .selectFrom('alerts')
        .select('value')
        .where('status', '=', 'firing')
        .orderBy('started_at');
      const rows = await (service === undefined ? query : query.where('service', '=', service)).execute();
      return rows.map(read);
    },
    async during(range, service) {
      const query = db
        .selectFrom('alerts')
        .select('value')
        .where('started_at', '<', range.to)
        .where((where) =>
          where.or([where('resolved_at', 'is', null), where('resolved_at', '>=', range.from)]),
        )
        .orderBy('started_at');
      const rows = await (service === undefined ? query : query.where('service', '=', service)).execute();
      return rows.map(read);
    },
  };
}
