import { setTimeout as wait } from 'node:timers/promises';

/** As `fetch`, for a client that asks again once it may, as `Retry-After` says: a well-behaved program that has used up what it may ask at once. */
export const patientFetch: typeof fetch = async (input, init) => {
  for (;;) {
    const response = await fetch(input, init);
    if (response.status !== 429) return response;
    await response.body?.cancel();
    await wait(Number(response.headers.get('retry-after')) * 1000);
  }
};
