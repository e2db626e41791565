import type { EventStore } from '@modelcontextprotocol/server';

/** Most messages of a connection that are kept for whoever lost its stream, and most that they may hold, in characters of JSON. */
const KEPT = 100;
const KEPT_LENGTH = 1_000_000;

type Kept = { readonly id: string; readonly stream: string; readonly json: string };

/** Keeps the latest messages of one connection, so that a client whose stream broke off gets what it missed. What was forgotten is not sent again. */
export function recentMessages(): EventStore {
  const kept: Kept[] = [];
  let [count, length] = [0, 0];
  return {
    async storeEvent(stream, message) {
      count += 1;
      const one = { id: String(count), stream, json: JSON.stringify(message) };
      kept.push(one);
      length += one.json.length;
      while (kept.length > KEPT || (length > KEPT_LENGTH && kept.length > 1)) {
        length -= kept.shift()?.json.length ?? 0;
      }
      return one.id;
    },
    getStreamIdForEventId: async (id) => kept.find((one) => one.id === id)?.stream,
    async replayEventsAfter(id, { send }) {
      const index = kept.findIndex((one) => one.id === id);
      const last = kept[index];
      if (last === undefined) return '';
      for (const one of kept.slice(index + 1)) {
        if (one.stream === last.stream) await send(one.id, JSON.parse(one.json));
      }
      return last.stream;
    },
  };
}
