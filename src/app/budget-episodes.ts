import { REOPEN_WITHIN } from '#domain/alert.ts';
import { type Colour, type Settled, settle } from '#domain/budget/state.ts';
import { PRIORITY } from '#domain/job.ts';
import type { Service } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { lineOf } from './answers/budget.ts';
import { tellBurning } from './budget-burning.ts';
import type { Ports } from './ports.ts';
import { nameOf, type Standing, shownIn, slosOf, standingsOf } from './standings.ts';

type EpisodePorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

const LAST_RESORT_CHANNEL = '#general';

/**
 * Judges all budgets after a round of counting, and tells each change of colour once: an episode begins with the turn to yellow or red, its one message is
 * updated while it goes on, and says when it is over: well again, or no SLO any more. What is first seen is not a change; a new definition of the same SLO
 * goes on from the colour of the old one. The colour and its message are committed together.
 */
export async function tellBudgets(ports: EpisodePorts): Promise<readonly Standing[]> {
  const { store, catalog, clock } = ports;
  const now = clock.now();
  const standings = await standingsOf(slosOf(catalog.current().services), catalog.current(), now, store);
  const colours = await store.budgets.colours();
  const shown = shownIn(colours);
  for (const standing of standings) {
    const { key } = standing.of;
    const last = shown(key);
    const settled = settle(last?.settled, standing.state.colour, now);
    if (last?.key === key && same(last.settled, settled)) continue;
    await tell(standing, last?.settled, settled, now, ports);
  }
  const current = new Set(standings.map(({ of }) => of.key));
  const names = new Set([...current].map(nameOf));
  for (const [key, settled] of colours) {
    if (current.has(key)) continue;
    if (names.has(nameOf(key))) await store.budgets.saveColour(key, undefined);
    else await close(key, settled, now, ports);
  }
  await tellBurning(standings, colours, ports);
  return standings;
}

/** Keeps the colour that an SLO has now, and puts its message where that is a turn of an episode. */
async function tell(
  standing: Standing,
  before: Settled | undefined,
  settled: Settled,
  now: Instant,
  { store, catalog }: EpisodePorts,
): Promise<void> {
  const { key, service } = standing.of;
  const { colour } = settled;
  const turned = before !== undefined && before.colour !== colour;
  const episode = turned ? episodeOf(before, colour, now) : before?.episode;
  const isKept = episode !== undefined && !(turned && colour === 'green');
  await store.transact(async ({ budgets, outbox }) => {
    await budgets.saveColour(key, { ...settled, ...(isKept ? { episode } : {}) });
    if (!turned || episode === undefined) return;
    await outbox.put(
      {
        key: messageKey(key, episode),
        to: { channel: channelOf(service, catalog.current().channels.incidents) },
        priority: isUnwell(colour) ? PRIORITY.verdict : PRIORITY.resolved,
        message: {
          about: 'budget',
          at: now,
          line: lineOf({ ...standing, colour }),
          before: before.colour,
          // What had to be so for a while before it was told has been so since then.
          turned: before.next?.colour === colour ? before.next.since : now,
          since: episode,
          ...(service.owner === undefined ? {} : { owner: service.owner }),
        },
      },
      now,
    );
  });
}

/** Ends the episode of what is no SLO any more, so that no message stays red for ever. */
async function close(
  key: string,
  { episode }: Settled,
  now: Instant,
  { store }: Pick<EpisodePorts, 'store'>,
): Promise<void> {
  await store.transact(async ({ budgets, outbox }) => {
    await budgets.saveColour(key, undefined);
    const told = episode === undefined ? undefined : await outbox.find(messageKey(key, episode));
    if (told?.message.about !== 'budget') return;
    const { to, message } = told;
    await outbox.put(
      { key: told.key, to, priority: PRIORITY.resolved, message: { ...message, at: now, gone: true } },
      now,
    );
  });
}

/** Key of the message of a budget's episode, which is named by its SLO and when it began. */
export function budgetRoot(budget: string): string {
  return `budget:${budget}`;
}

/** One message an episode, whatever becomes of the definition. */
function messageKey(key: string, episode: Instant): string {
  return budgetRoot(`${nameOf(key)}:${episode}`);
}

function isUnwell(colour: Colour): boolean {
  return colour === 'yellow' || colour === 'red';
}

/**
 * When the episode began that goes on, begins or ends with this turn; none between green and grey. What is unwell again after hours without data is a new one: nobody
 * would see the old message change.
 */
function episodeOf(before: Settled, colour: Colour, now: Instant): Instant | undefined {
  const isOld = before.colour === 'grey' && isUnwell(colour) && now - before.since > REOPEN_WITHIN;
  return (isOld ? undefined : before.episode) ?? (isUnwell(colour) ? now : undefined);
}

function same(a: Settled, b: Settled): boolean {
  return a.colour === b.colour && a.next?.colour === b.next?.colour && a.next?.since === b.next?.since;
}

function channelOf({ channel }: Service, fallback: string | undefined): string {
  return channel ?? fallback ?? LAST_RESORT_CHANNEL;
}
