import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { roots } from '../sandbox/story/watcher.ts';
import { deploy, endingOf, group } from '../test/chaos/story.ts';
import { SPEED, startGround, startWorld, type World } from '../test/chaos/world.ts';
import { childrenOf, residentOf } from './memory.ts';
import type { Report } from './report.ts';

/** Scripted minutes that it goes on. */
const MINUTES = 60;
const MINUTE = 60_000;

/**
 * An hour of a busy team on scripted time: each minute an alert fires and the one before resolves, each third somebody asks, each sixth
 * there is a deploy with its watch. Then everything must have been told, once, and memory must not have grown over the last half.
 */
export async function soak(): Promise<Report> {
  const ground = await startGround();
  const world = await startWorld(ground, { seed: 20 });
  const used: { own: number; child: number }[] = [];
  try {
    await world.metrics();
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const due = Date.now() + MINUTE / SPEED;
      await playMinute(world, minute);
      used.push({
        own: residentOf(world.pid()),
        child: Math.max(0, ...childrenOf(world.pid()).map(residentOf)),
      });
      await sleep(Math.max(0, due - Date.now()));
    }
    await world.post('alertmanager', group(`Soak${MINUTES - 1}`, 'ledger', 'resolved', iso(world)));
    const last = new RegExp(`^Soak${MINUTES - 1} resolved`);
    await world.insist('the last end', async () => roots(world.slack.workspace, last).at(0));
    await world.insist('everything to be told', async () => endingOf(world).waiting === 0 || undefined);
    const { workspace, limits } = world.slack;
    const ending = endingOf(world);
    const ended = roots(workspace, /^Soak\d+ resolved/).length;
    const row = (what: string, key: 'own' | 'child', most: number) => {
      const all = used.map((one) => one[key]);
      const [third, fourth] = [all.slice(MINUTES / 2, (MINUTES * 3) / 4), all.slice((MINUTES * 3) / 4)];
      const value = `most ${Math.max(...all)} MB; third quarter ${Math.max(...third)} MB, last ${Math.max(...fourth)} MB`;
      const isFlat = Math.max(...fourth) <= Math.max(...third) * 1.1;
      return { what, value, held: held(Math.max(...all) < most && isFlat) };
    };
    return {
      title: `${MINUTES} scripted minutes at ${SPEED} times the pace`,
      rows: [
        { what: 'alerts told to their end', value: `${ended} of ${MINUTES}`, held: held(ended === MINUTES) },
        {
          what: 'messages said twice, given up; events and jobs that failed',
          value: `${ending.repeated.length}, ${ending.givenUp}; ${ending.undecided}, ${ending.failedJobs}`,
          held: held(ending.repeated.length + ending.givenUp + ending.undecided + ending.failedJobs === 0),
        },
        {
          what: 'calls that Slack refused for their number',
          value: `${limits.refused}`,
          held: held(limits.refused === 0),
        },
        row('memory of Bellbuoy itself', 'own', 400),
        row('memory of the drawing child', 'child', 500),
        {
          what: 'the database',
          value: `${Math.round(statSync(world.database).size / 1e6)} MB, ${workspace.messages.length} messages in Slack`,
          held: '',
        },
      ],
    };
  } finally {
    await world.stop();
    await ground.alertmanager.stop();
    await ground.prometheus.close();
    await rm(ground.folder, { recursive: true, force: true });
  }
}

async function playMinute(world: World, minute: number): Promise<void> {
  await world.post('alertmanager', group(`Soak${minute}`, 'ledger', 'firing', iso(world)));
  if (minute > 0)
    await world.post('alertmanager', group(`Soak${minute - 1}`, 'ledger', 'resolved', iso(world)));
  if (minute % 3 === 0) await world.slack.command('rae', '#general', '/obs status checkout');
  if (minute % 6 === 0) {
    await world.post('deploy', deploy('started', iso(world), minute));
    await world.post('deploy', deploy('succeeded', iso(world), minute));
  }
}

function iso(world: World): string {
  return new Date(world.now()).toISOString();
}

function held(is: boolean): string {
  return is ? 'yes' : 'NO';
}
