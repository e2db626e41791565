import { rm } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailpointName } from '#app/failpoints.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import { opened, typed } from '#sandbox/story/forms.ts';
import { roots, threadOf } from '#sandbox/story/watcher.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { killsFrom, scheduleKills } from './kills.ts';
import { endingOf, group } from './story.ts';
import { type Ground, startGround, startWorld, type World } from './world.ts';

/** The program is ended at so many moments drawn from the seed: between declaring, noting, changing, resolving and writing. */
const KILLS = 8;
const SEED = 20_261_126;

let ground: Ground;
beforeAll(async () => {
  if (hasPrometheus()) ground = await startGround();
}, 60_000);
afterAll(async () => {
  if (ground === undefined) return;
  await ground.alertmanager.stop();
  await ground.prometheus.close();
  await rm(ground.folder, { recursive: true, force: true });
});

/** An incident from its declaration to its post-mortem, by people who try again when Slack shows them that something failed. */
async function playIncident(world: World): Promise<void> {
  const { slack, post, insist } = world;
  const { workspace } = slack;
  await post(
    'alertmanager',
    group('CheckoutErrors', 'checkout', 'firing', new Date(world.now()).toISOString()),
  );
  const alert = await insist('the alert', async () => roots(workspace, /CheckoutErrors/).at(0));
  const form = async (
    title: RegExp,
    open: () => Promise<unknown>,
    values: Readonly<Record<string, string>>,
  ) => {
    await insist(`the form ${title.source}`, async () => {
      await open();
      return opened(slack, 'rae', title).catch(() => undefined);
    });
    await insist(`the form ${title.source} to be taken`, async () => {
      const view = await opened(slack, 'rae', title);
      return (await slack.submit('rae', typed(view, values))).failed === undefined || undefined;
    });
  };
  await form(/Declare/, () => slack.press('rae', alert.channel, alert.ts, 'declare'), {
    'What is known?': 'Payments fail.',
  });
  const incident = await insist('the incident', async () => roots(workspace, /INC-1/).at(0));
  const said = slack.say('rae', alert.channel, 'The pool is full.', alert.ts);
  await insist('the note to be taken', async () => {
    const taken = await slack.shortcut('rae', alert.channel, said.ts, 'add-to-timeline');
    return taken.failed === undefined || undefined;
  });
  for (const [words, shown] of [
    ['incident identified INC-1', /identified/],
    ['incident lead INC-1 me', /Rae|U0PERSON00/],
    ['incident resolve INC-1', /resolved/],
  ] as const) {
    await insist(`${words} to be taken`, async () => {
      const taken = await slack.command('rae', '#incidents', `/obs ${words}`);
      return taken.failed === undefined || undefined;
    });
    await insist(
      `${words} to show`,
      async () => shown.test(`${incident.text} ${JSON.stringify(incident.blocks)}`) || undefined,
    );
  }
  const postmortem = await insist('the post-mortem', async () =>
    threadOf(workspace, incident).find(({ text }) => /Post-mortem of INC-1/.test(text)),
  );
  await form(/Post-mortem/, () => slack.press('rae', postmortem.channel, postmortem.ts, 'postmortem-open'), {
    Summary: 'The pool was too small.',
  });
  // The words are fetched from Slack by a job of its own, which a kill may have put off until now.
  await insist(
    'the note in the timeline',
    async () => recordOf(world).keys.some(({ key }) => key.startsWith('note:')) || undefined,
  );
  await insist('everything to be told', async () => {
    const { waiting, undecided } = endingOf(world);
    return waiting + undecided === 0 || undefined;
  });
}

/** What is on record at the end: the incident once, its entries, and the newest post-mortem. */
function recordOf({ database }: World) {
  const db = new Database(database, { readonly: true, timeout: 2000 });
  const keys = db.prepare('select key, count(*) as count from timeline group by incident, key').all() as {
    key: string;
    count: number;
  }[];
  const incidents = db
    .prepare('select value from incidents')
    .pluck()
    .all()
    .map((value) => JSON.parse(String(value)));
  const newest = db.prepare('select value from postmortems order by revision desc').pluck().get();
  db.close();
  const postmortem: Postmortem | undefined = newest === undefined ? undefined : JSON.parse(String(newest));
  return { incidents, keys, postmortem };
}

/** That the record is whole at the end, and that nothing is there twice, in it or in Slack. */
function expectWhole(world: World): void {
  const { incidents, keys, postmortem } = recordOf(world);
  expect(incidents).toMatchObject([
    { id: 'INC-1', status: 'resolved', severity: 'sev2', services: ['checkout'], title: expect.any(String) },
  ]);
  expect(keys.filter(({ count }) => count !== 1)).toEqual([]);
  const kinds = keys.map(({ key }) => key.split(':')[0]).toSorted();
  expect(kinds.filter((kind) => ['declared', 'note', 'status', 'role'].includes(kind ?? ''))).toEqual([
    ...['declared', 'note', 'role', 'status', 'status'],
  ]);
  expect(postmortem?.fields.summary).toBe('The pool was too small.');
  const { repeated, failedJobs, givenUp } = endingOf(world);
  expect({ repeated, failedJobs, givenUp }).toEqual({ repeated: [], failedJobs: 0, givenUp: 0 });
}

/** Where an incident passes: what people do is committed and not acknowledged, decided and not committed, done and not recorded, posted and not recorded. */
const PASSED = [
  ...['pressed-not-acknowledged', 'decided-not-committed', 'decided-and-committed', 'job-taken'],
  ...['job-done-not-recorded', 'job-recorded', 'message-marked', 'message-posted-not-recorded'],
  ...['message-recorded', 'message-updated-not-recorded'],
] as const satisfies readonly FailpointName[];

describe.skipIf(!hasPrometheus())('an incident', () => {
  it.each([
    [`at ${KILLS} moments drawn from a seed`, []],
    ['at each failpoint that it passes', PASSED],
  ])(
    'during which the program is ended by kill −9 %s is whole at the end, and nothing of it is there twice',
    async (_, failpoints) => {
      const world = await startWorld(ground, { seed: SEED, failpoints });
      try {
        const kills = scheduleKills(world, failpoints.length > 0 ? [] : killsFrom(SEED, KILLS));
        await playIncident(world);
        expectWhole(world);
        expect(world.deaths.at.toSorted()).toEqual(failpoints.toSorted());
        if (failpoints.length === 0) expect(kills.done()).toBeGreaterThan(3);
        expect(world.deaths.count).toBeGreaterThan(3);
      } finally {
        await world.stop();
      }
    },
    300_000,
  );
});
