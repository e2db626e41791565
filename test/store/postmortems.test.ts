import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PostmortemFields } from '#domain/incident/postmortem.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { ADA, action, evidence, incident, NO_RECORD, postmortem } from './given-incidents.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

/** What whoever opens the file with SQLite reads. */
function asked(sql: string): unknown[] {
  const opened = new Database(database.path, { readonly: true });
  try {
    return opened.prepare(sql).all();
  } finally {
    opened.close();
  }
}

const FIELDS: PostmortemFields = {
  ...{ title: 'Checkout was down', wentWell: 'the alert was quick\n\nthe rollback worked' },
  ...{ triggerKind: 'deploy', triggerReference: 'd1', causeCategory: 'code', detectionSource: 'alert' },
  times: { started: 10, resolved: 40 },
};

it('a post-mortem reads as it was last written, and every revision of it stays', async () => {
  const { postmortems } = database.store();
  const first = postmortem('INC-1', 1, { title: 'Draft' });
  const second = postmortem('INC-1', 2, FIELDS, { state: 'approved', approvedBy: ADA, approvedAt: 9 });
  await postmortems.save(first);
  await postmortems.save(second);
  await database.reopen();
  const again = database.store().postmortems;
  expect(await again.get('INC-1')).toEqual(second);
  expect(await again.revision('INC-1', 1)).toEqual(first);
  expect(await again.revision('INC-1', 3)).toBeUndefined();
  expect(await again.get('INC-2')).toBeUndefined();
});

it('a post-mortem is rows that can be asked: what set it off, what went well line by line, what it names', async () => {
  const { postmortems } = database.store();
  await postmortems.save(postmortem('INC-1', 1, { wentWell: 'nothing' }));
  const cost = { service: 'checkout', slo: 'availability', used: 1, allowed: 2, bad: 3, total: 4 };
  const record = {
    ...NO_RECORD,
    ...{ deploys: ['d1'], costs: [{ ...cost, isTime: false }], evidence: [evidence('s1'), evidence('s1')] },
  };
  await postmortems.save(postmortem('INC-1', 2, FIELDS, { record }));
  expect(
    asked(`select revision, trigger_kind as trigger, cause_category as cause, detection_source as source,
      resolved_at - started_at as lasted from postmortems order by revision desc limit 1`),
  ).toEqual([{ revision: 2, trigger: 'deploy', cause: 'code', source: 'alert', lasted: 30 }]);
  expect(asked(`select line, text from postmortem_texts where field = 'wentWell'`)).toEqual([
    { line: 0, text: 'the alert was quick' },
    { line: 1, text: 'the rollback worked' },
  ]);
  expect(asked('select kind, reference from postmortem_links order by kind')).toEqual([
    { kind: 'deploy', reference: 'd1' },
    { kind: 'slo', reference: 'checkout/availability' },
    { kind: 'snapshot', reference: 's1' },
  ]);
});

it('post-mortems are listed newest incident first, as they were last written, also of one service', async () => {
  const { postmortems, incidents } = database.store();
  await incidents.save(incident(1));
  await incidents.save(incident(2, { services: ['cart'] }));
  await incidents.save(incident(3));
  for (const [id, revision] of [['INC-2', 1] as const, ['INC-1', 1] as const, ['INC-1', 2] as const])
    await postmortems.save(postmortem(id, revision));
  const listed = async (options: { service?: string; limit: number }) =>
    (await postmortems.recent(options)).map((one) => `${one.incident} ${one.revision}`);
  expect(await listed({ limit: 10 })).toEqual(['INC-2 1', 'INC-1 2']);
  expect(await listed({ limit: 1 })).toEqual(['INC-2 1']);
  expect(await listed({ service: 'checkout', limit: 10 })).toEqual(['INC-1 2']);
});

it('open action items are told by their day, those without one last; a later revision replaces them', async () => {
  const { postmortems } = database.store();
  const items = [
    action('INC-1-1'),
    action('INC-1-2', { due: '2026-12-01', owner: 'U1', url: 'https://tickets.example/1' }),
    action('INC-1-3', { due: '2026-11-01', owner: 'U2', state: 'done', closedAt: 5, closedBy: ADA }),
  ];
  await postmortems.save(postmortem('INC-1', 1, {}, { actions: items }));
  await postmortems.save(
    postmortem('INC-2', 1, {}, { actions: [action('INC-2-1', { due: '2026-11-30', owner: 'U2' })] }),
  );
  const open = async (options: { owner?: string; limit: number }) =>
    (await postmortems.openActions(options)).map(({ item }) => item.id);
  expect(await open({ limit: 10 })).toEqual(['INC-2-1', 'INC-1-2', 'INC-1-1']);
  expect(await open({ owner: 'U1', limit: 10 })).toEqual(['INC-1-2']);
  expect(await postmortems.openActions({ owner: 'U1', limit: 1 })).toEqual([
    { incident: 'INC-1', item: items[1] },
  ]);
  await postmortems.save(postmortem('INC-1', 2, {}, { actions: [action('INC-1-1')] }));
  expect(await open({ limit: 10 })).toEqual(['INC-2-1', 'INC-1-1']);
});
