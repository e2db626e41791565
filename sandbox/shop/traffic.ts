const HOUR = 3_600_000;

/** Visits a second at noon of a working day. */
const BUSY = 55;

/**
 * Visits a second at a moment (epoch ms, UTC): quiet at four in the morning, busy in the afternoon, a third less at weekends.
 * The same rule makes the history and drives the live load, so that one continues the other.
 */
export function visitsPerSecond(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const day = 0.72 + 0.28 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
  const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6 ? 0.67 : 1;
  // A slow swell, so that no two days are alike.
  const swell = 1 + 0.04 * Math.sin(at / (7.3 * HOUR)) + 0.025 * Math.sin(at / (1.7 * HOUR));
  return BUSY * day * weekend * swell;
}
