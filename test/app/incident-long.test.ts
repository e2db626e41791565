import { afterEach, describe, expect, it } from 'vitest';
import { answerAt } from '#app/answer-at.ts';
import { DAY, HOUR, WEEK } from '#domain/time.ts';
import { judgeBlocks } from '#sandbox/slack/block-kit/judge.ts';
import { answerBlocks } from '#slack/messages/answer.ts';
import { render } from '#slack/messages/render.ts';
import { at } from '../domain/given.ts';
import { ANA, BEN, type IncidentWorld, incidentWorld } from './incident-world.ts';

let world: IncidentWorld;
afterEach(() => world.close());

const NOTES = 500;
const files = { isUsable: () => true };

describe('an incident of three weeks in which 500 notes were written', () => {
  it('is counted and asked about more and more rarely, and all that is said of it fits into Slack', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await world.declare();
    const { store } = world.ports;
    for (let day = 0; day < 21; day += 1) {
      for (let i = 0; i < NOTES / 20 && day < 20; i += 1)
        await store.inbox.append({
          event: {
            ...{ type: 'timelineNoted', incident: 'INC-1', at: world.now(), by: i % 2 === 0 ? ANA : BEN },
            text: `Day ${day}, note ${i}: ${'the pool is full again. '.repeat(20)}`,
          },
          ...{ source: 'test', dedupeKey: `note:${day}:${i}`, at: world.now() },
        });
      await world.until(world.now() + DAY, HOUR);
    }
    const incident = await world.incident();
    expect(world.now() - incident.declaredAt).toBe(3 * WEEK);
    expect(await store.timelines.count('INC-1')).toBe(NOTES + 1);
    // The last word was three days ago or less; since then people were asked after 30 min, 1 h, 2 h, … and then once a day.
    expect(incident.nudges).toBeLessThan(10);
    const root = await world.said('incident:INC-1', 'incident');
    if (root === undefined) throw new Error('it is told nowhere');
    judgeBlocks(render(root, undefined).blocks, files);
    for (const ask of ['catchup', 'incident'] as const) {
      const { answer } = await answerAt({ ask, incident: 'INC-1' }, undefined, 's_1', world.ports);
      const { blocks } = answerBlocks(answer);
      judgeBlocks(blocks, files);
      expect(JSON.stringify(blocks).length, ask).toBeLessThan(13_000);
    }
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA, change: { status: 'resolved' } },
    });
    await world.until(world.now() + HOUR);
    const postmortem = await world.said('incident:INC-1:postmortem', 'postmortem');
    if (postmortem === undefined) throw new Error('nothing was drafted');
    judgeBlocks(render(postmortem, undefined).blocks, files);
  }, 60_000);
});
