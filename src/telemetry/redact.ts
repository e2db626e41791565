/** As much of what an upstream answered is told, in characters. */
const SHOWN = 200;

/** Header values shorter than this are names and numbers, such as a tenant’s, that stand in any text; longer ones may be keys. */
const SHORTEST_KEY = 8;

/** A piece of a secret is one from this length on: a sender may cut what it echoes. */
const SHORTEST_PIECE = 6;

/**
 * The beginning of a text from elsewhere, without any of our secrets: each is taken out, then the text is cut, so that none is cut in two
 * and its first half told. Secrets are found as they are, as JSON or an address writes them, and where only their beginning was echoed.
 */
export function told(text: string, secrets: readonly string[]): string {
  const written = secrets.flatMap((secret) => {
    const bare = secret.trim();
    return bare === ''
      ? []
      : [bare, JSON.stringify(bare).slice(1, -1), encodeURIComponent(bare.toWellFormed())];
  });
  const longestFirst = [...new Set(written)].toSorted((a, b) => b.length - a.length);
  const whole = longestFirst.reduce(
    (shown, secret) => shown.replaceAll(secret, '…'),
    text.slice(0, readFor(secrets)),
  );
  return longestFirst.reduce(withoutPieces, whole).slice(0, SHOWN).trim();
}

/** How many characters have to be read for what is told: a secret may begin right before the cut. */
export function readFor(secrets: readonly string[]): number {
  // Encoded, a character may take a dozen.
  return SHOWN + 12 * Math.max(0, ...secrets.map(({ length }) => length));
}

/** What is secret among headers: whoever configured them may have put a key into any. */
export function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  // `Basic …`, `Bearer …`: the scheme is none.
  return Object.values(headers)
    .map((value) => value.replace(/^\w+ +/, ''))
    .filter(({ length }) => length >= SHORTEST_KEY);
}

/** Takes out beginnings of a secret, each with as much of it as stands there. */
function withoutPieces(text: string, secret: string): string {
  if (secret.length <= SHORTEST_PIECE) return text;
  const start = secret.slice(0, SHORTEST_PIECE);
  const [before = '', ...after] = text.split(start);
  return after.reduce((shown, rest) => {
    let same = 0;
    while (same < rest.length && rest[same] === secret[SHORTEST_PIECE + same]) same += 1;
    return `${shown}…${rest.slice(same)}`;
  }, before);
}
