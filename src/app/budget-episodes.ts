import { type Colour, type Settled, settle } from '#domain/budget/state.ts';
import { PRIORITY } from '#domain/job.ts';
import type { Service } from '#domain/service.ts';
import { lineOf } from './answers/budget.ts';
import type { Ports } from './ports.ts';
import { type Standing, slosOf, standingsOf } from './standings.ts';

type EpisodePorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

const LAST_RESORT_CHANNEL = '#general';

/**
 * Judges all budgets after a round of counting, and tells each change of colour once: an episode begins with the turn to yellow or red, its one message is
 * updated while it goes on, and says when it is over. What is first seen is not a change. The colour and its message are committed together.
 */
export async function tellBudgets(ports: EpisodePorts): Promise<readonly Standing[]> {
  const { store, catalog, clock } = ports;
  const now = clock.now();
  const { services, channels } = catalog.current();
  const standings = await standingsOf(slosOf(services), catalog.current(), now, store);
  const shown = await store.budgets.colours();
  for (const standing of standings) {
    const { key, service } = standing.of;
    const before = shown.get(key);
    const settled = settle(before, standing.state.colour, now);
    if (same(before, settled)) continue;
    const turned = before !== undefined && before.colour !== settled.colour;
    const episode = turned ? episodeOf(before, settled.colour, now) : before?.episode;
    const isOver = turned && !isUnwell(settled.colour);
    await store.transact(async ({ budgets, outbox }) => {
      const kept: Settled = {
        ...settled,
        ...(episode === undefined || isOver ? {} : { episode }),
      };
      await budgets.saveColour(key, kept);
      if (!turned || episode === undefined) return;
      await outbox.put(
        {
          key: `budget:${key}:${episode}`,
          to: { channel: channelOf(service, channels.incidents) },
          priority: isOver ? PRIORITY.resolved : PRIORITY.verdict,
          message: {
            about: 'budget',
            at: now,
            line: lineOf({ ...standing, colour: settled.colour }),
            before: before.colour,
            since: episode,
            ...(service.owner === undefined ? {} : { owner: service.owner }),
          },
        },
        now,
      );
    });
  }
  return standings;
}

function isUnwell(colour: Colour): boolean {
  return colour === 'yellow' || colour === 'red';
}

/** When the episode began that goes on, begins or ends with this turn; none between green and grey. */
function episodeOf(before: Settled, colour: Colour, now: number): number | undefined {
  return before.episode ?? (isUnwell(colour) ? now : undefined);
}

function same(a: Settled | undefined, b: Settled): boolean {
  return a?.colour === b.colour && a.next?.colour === b.next?.colour && a.next?.since === b.next?.since;
}

function channelOf({ channel }: Service, fallback: string | undefined): string {
  return channel ?? fallback ?? LAST_RESORT_CHANNEL;
}
